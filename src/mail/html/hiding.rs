//! What a page holds and does not show: the preview text of newsletters, mostly.

/// Whether what is read now is hidden.
#[derive(Debug, Default)]
pub(crate) struct Hiding {
    /// The element that hides what it holds, and how many of its name are open.
    element: Option<(String, u32)>,
}

impl Hiding {
    /// Whether it is.
    pub fn is_on(&self) -> bool {
        self.element.is_some()
    }

    /// An element opens, its name in lower case: whether it and what follows is hidden. A paragraph ends at the next block.
    pub fn is_after_open(&mut self, name: &str, style: &str) -> bool {
        if let Some((hiding, depth)) = &mut self.element
            && (hiding != "p" || super::breaks(name) == 0)
        {
            *depth = depth.saturating_add(u32::from(hiding == name));
            return true;
        }
        let hides = !is_void(name) && is_hidden(name, style);
        self.element = hides.then(|| (name.to_owned(), 1));
        hides
    }

    /// An element closes, its name in lower case: whether it still belongs to what was hidden.
    pub fn was_before_close(&mut self, name: &str) -> bool {
        let Some((hiding, depth)) = &mut self.element else {
            return false;
        };
        if hiding == name {
            *depth -= 1;
            if *depth == 0 {
                self.element = None;
            }
        }
        true
    }
}

/// Whether a style hides its element.
fn is_hidden(name: &str, style: &str) -> bool {
    if style.is_empty() {
        return false;
    }
    let style: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    style.contains("display:none")
        || style.contains("visibility:hidden")
        || is_nothing(&style, "opacity:0")
        || (style.contains("max-height:0") && style.contains("overflow:hidden"))
        // Boxes have no letters of their own: newsletters set them to nothing, and the text inside to something.
        || (matches!(name, "p" | "span" | "font" | "a") && is_nothing(&style, "font-size:0"))
}

/// Whether a size is nothing: `font-size:0px`, but not `font-size:0.9em`.
fn is_nothing(style: &str, size: &str) -> bool {
    let behind = style.split(size).nth(1);
    behind.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "img"
            | "hr"
            | "input"
            | "meta"
            | "link"
            | "col"
            | "area"
            | "base"
            | "wbr"
            | "source"
            | "embed"
    )
}
