//! What the session says: each line with its code, its enhanced code (RFC 3463) and words for whoever reads a log.

use std::borrow::Cow;

/// A whole reply, with its line ends.
pub type Text = Cow<'static, str>;

pub(super) const OK: &str = "250 2.0.0 OK\r\n";
pub(super) const SENDER_OK: &str = "250 2.1.0 OK\r\n";
pub(super) const RECIPIENT_OK: &str = "250 2.1.5 OK\r\n";
pub(super) const GO_AHEAD: &str = "354 end with <CR><LF>.<CR><LF>\r\n";
pub(super) const BYE: &str = "221 2.0.0 bye\r\n";
pub(super) const READY_FOR_TLS: &str = "220 2.0.0 go ahead\r\n";
pub(super) const SIGNED_IN: &str = "235 2.7.0 signed in\r\n";
pub(super) const SAY_ANYTHING: &str = "334 \r\n";
pub(super) const SAY_NAME: &str = "334 VXNlcm5hbWU6\r\n";
pub(super) const SAY_PASSWORD: &str = "334 UGFzc3dvcmQ6\r\n";
pub(super) const HELP: &str =
    "214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY STARTTLS AUTH QUIT: RFC 5321\r\n";
pub(super) const CANNOT_VERIFY: &str = "252 2.5.0 send some mail, and we shall see\r\n";

pub(super) const BAD_LINE: &str =
    "500 5.5.2 a command ends in CR LF and holds no other control and no broken UTF-8\r\n";
pub(super) const LINE_TOO_LONG: &str = "500 5.5.2 that line is too long\r\n";
pub(super) const UNKNOWN_COMMAND: &str = "500 5.5.1 unknown command\r\n";
pub(super) const NOT_IMPLEMENTED: &str = "502 5.5.1 not implemented here\r\n";
pub(super) const NO_PARAMETERS_HERE: &str = "501 5.5.4 this command takes nothing behind it\r\n";
pub(super) const NO_HOST: &str = "501 5.5.4 say who you are: EHLO host.example\r\n";
pub(super) const NO_WEB_SERVER: &str = "554 5.5.1 this is a mail server\r\n";
pub(super) const BAD_SENDER: &str = "501 5.1.7 write MAIL FROM:<name@host.example>\r\n";
pub(super) const BAD_RECIPIENT: &str = "501 5.1.3 write RCPT TO:<name@host.example>\r\n";
pub(super) const BAD_PARAMETER: &str = "501 5.5.4 a parameter has no proper value\r\n";
pub(super) const PARAMETER_NOT_OFFERED: &str = "555 5.5.4 a parameter is not offered here\r\n";
pub(super) const BAD_CHUNK: &str = "501 5.5.4 write BDAT size [LAST]\r\n";

pub(super) const HELLO_FIRST: &str = "503 5.5.1 say EHLO first\r\n";
pub(super) const MAIL_FIRST: &str = "503 5.5.1 say MAIL FROM first\r\n";
pub(super) const MAIL_TWICE: &str =
    "503 5.5.1 a sender was named already; say RSET to begin anew\r\n";
pub(super) const RECIPIENT_FIRST: &str = "503 5.5.1 say RCPT TO first\r\n";
pub(super) const NO_RECIPIENT_LEFT: &str = "554 5.5.1 no recipient is valid\r\n";
pub(super) const NO_DATA_AMID_CHUNKS: &str = "503 5.5.1 the message is sent with BDAT already\r\n";
pub(super) const NEEDS_UTF8: &str = "553 5.6.7 this address needs the parameter SMTPUTF8\r\n";
pub(super) const RELAYING_DENIED: &str = "550 5.7.1 mail for that domain is not taken here\r\n";
// For good, not for now (RFC 3463 X.2.1): whoever writes learns at once that nobody reads it.
pub(super) const DISABLED_RECIPIENT: &str = "550 5.2.1 this mailbox is closed\r\n";
pub(super) const UNKNOWN_RECIPIENT: &str = "550 5.1.1 nobody here has that address\r\n";
pub(super) const RECIPIENT_LATER: &str =
    "451 4.3.0 the address cannot be looked up now; try again later\r\n";
pub(super) const TOO_MANY_RECIPIENTS: &str =
    "452 4.5.3 too many recipients; send the rest in another message\r\n";

pub(super) const TOO_LARGE: &str = "552 5.3.4 the message is larger than is taken here\r\n";
pub(super) const BARE_LINE_END: &str =
    "550 5.6.0 the message holds a CR or LF on its own; lines end in CR LF (RFC 5321 2.3.8)\r\n";
pub(super) const LOOPING: &str =
    "554 5.4.6 the message has been through too many servers: a loop\r\n";
pub(super) const STORE_LATER: &str =
    "451 4.3.0 the message cannot be kept now; try again later\r\n";
pub(super) const STORE_FULL: &str = "452 4.3.1 no room for the message now; try again later\r\n";

pub(super) const TLS_ALREADY: &str = "503 5.5.1 TLS is on already\r\n";
pub(super) const NO_TLS: &str = "502 5.5.1 TLS is not offered here\r\n";
pub(super) const NO_SIGN_IN: &str = "502 5.5.1 signing in is not offered here\r\n";
pub(super) const SIGN_IN_FIRST: &str = "530 5.7.0 sign in first\r\n";
pub(super) const SIGNED_IN_ALREADY: &str = "503 5.5.1 you are signed in already\r\n";
pub(super) const NOT_AMID_MAIL: &str = "503 5.5.1 not while a message is being sent\r\n";
pub(super) const TLS_FIRST: &str = "538 5.7.11 say STARTTLS first\r\n";
pub(super) const UNKNOWN_MECHANISM: &str = "504 5.5.4 use AUTH PLAIN or AUTH LOGIN\r\n";
pub(super) const SIGN_IN_GARBLED: &str = "501 5.5.2 that is not the base64 of a sign-in\r\n";
pub(super) const SIGN_IN_CANCELLED: &str = "501 5.7.0 cancelled\r\n";
pub(super) const WRONG_PASSWORD: &str = "535 5.7.8 name or app password is wrong\r\n";
pub(super) const SIGN_IN_LATER: &str =
    "454 4.7.0 the password cannot be checked now; try again later\r\n";

pub(super) const TOO_MANY_ERRORS: &str = "421 4.7.0 too many errors\r\n";
pub(super) const TOO_MANY_SIGN_INS: &str =
    "421 4.7.0 too many failed sign-ins; try again later\r\n";
pub(super) const TOO_MUCH_IDLING: &str = "421 4.7.0 too many commands without a message\r\n";
pub(super) const SESSION_OVER: &str = "421 4.7.0 enough for one session; connect again\r\n";
/// The places are all taken, and this session did least.
pub const NO_PLACE: &str = "421 4.3.2 too many sessions; try again later\r\n";
/// This address has its share of the places.
pub const NO_PLACE_FOR_ADDRESS: &str =
    "421 4.7.0 too many sessions from your address; try again later\r\n";
/// The client was silent, or slower than a message may be.
pub const TOO_SLOW: &str = "421 4.4.2 that took too long\r\n";
/// The server stops.
pub const STOPPING: &str = "421 4.3.2 shutting down; try again later\r\n";
