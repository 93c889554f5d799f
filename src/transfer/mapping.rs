//! Which column of a spreadsheet is what, by the names that other programs give their columns: HubSpot, Pipedrive, Google
//! Contacts, Outlook, our own export, and whoever writes plainly. Pure: the page shows the guess, and takes another.

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Nothing that is taken.
    #[default]
    Skip,
    /// The whole name.
    Name,
    /// First name.
    First,
    /// Middle name.
    Middle,
    /// Last name.
    Last,
    /// One or more mail addresses.
    Email,
    /// A number to call; a second one becomes a field.
    Phone,
    /// Name of the company.
    Company,
    /// Job title.
    Title,
    /// One or more tags.
    Tags,
    /// How far it has come.
    Status,
    /// A whole number.
    Score,
    /// A part of a postal address; its parts are put together in their order.
    Address,
    /// Fields of our own export: `name: value`, one a line.
    Fields,
    /// A further field of this name.
    Field(String),
}

/// Names of columns, as [`plain`] writes them.
const NAMES: &[(&str, &[&str])] = &[
    (
        "name",
        &[
            "name",
            "full name",
            "display name",
            "contact name",
            "contact",
            "file as",
        ],
    ),
    (
        "first",
        &["first name", "firstname", "given name", "forename"],
    ),
    ("middle", &["middle name", "additional name"]),
    ("last", &["last name", "lastname", "family name", "surname"]),
    (
        "email",
        &[
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "emails",
            "other emails",
            "additional email addresses",
            "email work",
            "email home",
            "email other",
            "work email",
            "personal email",
            "primary email",
            "secondary email",
        ],
    ),
    (
        "phone",
        &[
            "phone",
            "phone number",
            "telephone",
            "tel",
            "mobile",
            "mobile phone",
            "mobile phone number",
            "mobile number",
            "cell",
            "cell phone",
            "business phone",
            "business phone 2",
            "primary phone",
            "company main phone",
            "home phone",
            "home phone 2",
            "other phone",
            "work phone",
            "phone work",
            "phone home",
            "phone mobile",
            "phone other",
        ],
    ),
    (
        "company",
        &[
            "company",
            "company name",
            "organization",
            "organisation",
            "organization name",
            "organisation name",
            "account name",
            "associated company",
            "primary associated company",
            "employer",
            "organization 1 name",
        ],
    ),
    (
        "title",
        &[
            "job title",
            "position",
            "role",
            "organization title",
            "organization 1 title",
            "occupation",
        ],
    ),
    (
        "tags",
        &[
            "tags",
            "tag",
            "labels",
            "label",
            "categories",
            "category",
            "group membership",
            "groups",
        ],
    ),
    (
        "status",
        &["status", "lead status", "lifecycle stage", "stage"],
    ),
    ("score", &["score", "lead score", "hubspot score"]),
    ("fields", &["fields"]),
    (
        "address",
        &[
            "address",
            "postal address",
            "mailing address",
            "street",
            "street address",
            "street address 2",
            "city",
            "state",
            "state region",
            "region",
            "zip",
            "zip code",
            "postal code",
            "country",
            "country region",
            "business street",
            "business street 2",
            "business city",
            "business state",
            "business postal code",
            "business country",
            "business country region",
            "address 1 formatted",
        ],
    ),
    ("birthday", &["birthday", "date of birth", "birth date"]),
    (
        "site",
        &[
            "website",
            "web site",
            "website url",
            "web page",
            "site",
            "url",
            "homepage",
            "website 1 value",
        ],
    ),
    ("notes", &["notes", "note", "comments", "description"]),
];

/// What each column holds, as far as its name tells.
pub fn guess(header: &[String]) -> Vec<Column> {
    let mut columns: Vec<Column> = header.iter().map(|name| of_name(name)).collect();
    let has = |columns: &[Column], column: &Column| columns.contains(column);
    // "Title" is a job, or else how somebody is addressed.
    if !has(&columns, &Column::Title)
        && let Some(at) = header.iter().position(|name| plain(name) == "title")
        && let Some(column) = columns.get_mut(at)
    {
        *column = Column::Title;
    }
    // A whole address beside its parts says everything twice.
    let whole = header
        .iter()
        .position(|name| plain(name).ends_with("formatted"));
    if let Some(whole) = whole {
        for (at, column) in columns.iter_mut().enumerate() {
            if at != whole && *column == Column::Address {
                *column = Column::Skip;
            }
        }
    }
    columns
}

fn of_name(name: &str) -> Column {
    let plain = plain(name);
    // Pipedrive puts the kind of record in front.
    let plain = match plain.strip_prefix("person ") {
        Some(rest) => rest,
        None => plain.as_str(),
    };
    let numbered = |begin: &str| {
        let rest = plain.strip_prefix(begin).map(|rest| rest.trim_matches(' '));
        let rest = rest.map(|rest| {
            rest.strip_suffix("value")
                .or(rest.strip_suffix("address"))
                .unwrap_or(rest)
        });
        rest.is_some_and(|rest| !rest.is_empty() && rest.trim().bytes().all(|b| b.is_ascii_digit()))
    };
    if numbered("e mail") || numbered("email") {
        return Column::Email;
    }
    if numbered("phone") {
        return Column::Phone;
    }
    let known = NAMES.iter().find(|(_, names)| names.contains(&plain));
    match known.map(|(column, _)| *column) {
        Some("name") => Column::Name,
        Some("first") => Column::First,
        Some("middle") => Column::Middle,
        Some("last") => Column::Last,
        Some("email") => Column::Email,
        Some("phone") => Column::Phone,
        Some("company") => Column::Company,
        Some("title") => Column::Title,
        Some("tags") => Column::Tags,
        Some("status") => Column::Status,
        Some("score") => Column::Score,
        Some("fields") => Column::Fields,
        Some("address") => Column::Address,
        Some(further) => Column::Field(further.to_owned()),
        None => Column::Skip,
    }
}

/// Letters and digits in lower case, one space for all between them.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::Column::*;
    use super::*;

    #[track_caller]
    fn check(header: &str, wanted: &[Column]) {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        assert_eq!(guess(&header), wanted, "{header:?}");
    }

    fn further(name: &str) -> Column {
        Field(name.to_owned())
    }

    #[test]
    fn columns_are_known_by_the_names_that_programs_give_them() {
        // HubSpot.
        check(
            "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Primary Associated Company,Lead Status,Job Title,City,Website URL,Create Date",
            &[
                Skip,
                First,
                Last,
                Email,
                Phone,
                Skip,
                Company,
                Status,
                Title,
                Address,
                further("site"),
                Skip,
            ],
        );
        // Pipedrive.
        check(
            "Person - Name,Person - Label,Organization - Name,Person - Email - Work,Person - Email - Home,Person - Phone - Work,Person - Owner",
            &[Name, Tags, Company, Email, Email, Phone, Skip],
        );
        check(
            "ID,Name,Organization,Email,Phone,Owner",
            &[Skip, Name, Company, Email, Phone, Skip],
        );
        // Google Contacts.
        check(
            "First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Formatted,Address 1 - City,Website 1 - Value",
            &[
                First,
                Middle,
                Last,
                Company,
                Title,
                further("birthday"),
                further("notes"),
                Tags,
                Skip,
                Email,
                Email,
                Skip,
                Phone,
                Address,
                Skip,
                further("site"),
            ],
        );
        check(
            "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title",
            &[Name, First, Last, Tags, Skip, Email, Company, Title],
        );
    }

    #[test]
    fn columns_of_outlook_and_of_people_are_known_too() {
        check(
            "Title,First Name,Last Name,Company,Department,Job Title,Business Street,Business City,Business Phone,Mobile Phone,Categories,E-mail Address,E-mail 2 Address,Web Page",
            &[
                Skip,
                First,
                Last,
                Company,
                Skip,
                Title,
                Address,
                Address,
                Phone,
                Phone,
                Tags,
                Email,
                Email,
                further("site"),
            ],
        );
        // By hand.
        check("name;x,title,E-Mail", &[Skip, Title, Email]);
        check("NAME,e_mail,Tel.", &[Name, Email, Phone]);
    }
}
