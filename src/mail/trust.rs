//! Who really sent it: SPF, DKIM and DMARC on the raw bytes (MAIL.md 11). The resolver is an argument.
