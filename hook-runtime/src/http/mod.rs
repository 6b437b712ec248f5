//! Outgoing HTTP: what a plugin may reach, and the one broker that reaches it.
//!
//! A plugin starts with no network. Its manifest asks for [`HttpGrants`] by scheme, host and port; the
//! [`Egress`] of each run enforces them at the address that it really connects to:
//!
//! 1. the scheme is `http` or `https`, and the URL carries no user name;
//! 2. a grant covers scheme, host and port, where `{test}` and `{production}` are filled in by [`Roles`];
//! 3. the name is resolved once, by an injected [`Resolver`];
//! 4. every address is classified ([`AddressClass`]), in whatever form it is written;
//! 5. only the addresses that passed are connected to, and TLS checks the name;
//! 6. connection, first byte and whole exchange are timed, and bodies counted ([`HttpLimits`]);
//! 7. whatever happens is in an [`HttpRecord`].
//!
//! Public addresses need a grant; private ones a grant that says `via` which range; loopback, link-local,
//! metadata and other special addresses have no grant, but for the listeners of the deployment itself; the
//! Lambda Runtime API has none at all.
//!
//! Nothing is lost: `sent_body.rs` says how a `wasi:http` host can lose requests that were
//! answered, and how this one does not.

mod address;
mod broker;
mod budget;
mod connection;
mod dial;
mod egress;
mod embedded;
mod error;
mod excerpt;
mod fetch;
mod grant;
mod grant_syntax;
mod grants;
mod limits;
mod network;
mod outcome;
mod policy;
mod pool;
mod reach;
mod received_body;
mod record;
mod resolver;
mod role;
mod runtime_api;
mod sent_body;
mod target;
mod timers;
mod tls;
mod wasi;

pub use address::AddressClass;
pub use dial::{Dial, TcpDial};
pub use egress::Egress;
pub use error::{GrantError, HttpError};
pub use fetch::{FetchRequest, FetchResponse};
pub use grant::HttpGrant;
pub use grants::HttpGrants;
pub use limits::HttpLimits;
pub use network::Network;
pub use outcome::{ConnectionFault, DenialKind, LimitKind, TimeoutKind};
pub use reach::Reach;
pub use record::{HttpFailure, HttpRecord};
pub use resolver::{Resolver, SystemResolver};
pub use role::{Role, Roles};
pub use tls::{TlsTrust, TlsTrustError};
