//! Who may make a workspace of their own.

/// What the operator chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignUp {
    /// Nobody: `rapport init` alone makes workspaces.
    #[default]
    Closed,
    /// Who has an account here.
    Members,
    /// Anybody with a mail address.
    Open,
}

impl SignUp {
    /// Each, the strictest first.
    pub const ALL: [SignUp; 3] = [SignUp::Closed, SignUp::Members, SignUp::Open];

    /// The word of the setting.
    pub fn word(self) -> &'static str {
        match self {
            SignUp::Closed => "closed",
            SignUp::Members => "members",
            SignUp::Open => "open",
        }
    }

    /// The choice of a word; `None` where it is none.
    pub fn of(word: &str) -> Option<SignUp> {
        SignUp::ALL.into_iter().find(|one| one.word() == word)
    }

    /// In words, behind "workspaces are made by".
    pub fn who(self) -> &'static str {
        match self {
            SignUp::Closed => "the operator alone",
            SignUp::Members => "whoever has an account here",
            SignUp::Open => "anybody with a mail address",
        }
    }

    /// Whether who has an account makes workspaces at the page.
    pub fn lets_members(self) -> bool {
        self >= SignUp::Members
    }

    /// Whether a stranger gets an account.
    pub fn lets_strangers(self) -> bool {
        self == SignUp::Open
    }
}
