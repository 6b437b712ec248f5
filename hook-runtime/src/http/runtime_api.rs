//! The AWS Lambda Runtime API, which must stay out of every plugin's reach.
//!
//! Inside a Lambda function the variable `AWS_LAMBDA_RUNTIME_API` names a host and port that answer plain HTTP
//! without credentials. Whoever reaches them can fetch the next event or post a result in the function's name.

use std::net::IpAddr;

use super::{
    address::AddressClass,
    error::GrantError,
    target::{Host, parse_base_url},
};

/// Where the Lambda Runtime API answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RuntimeApi {
    host: Host,
    port: u16,
}

impl RuntimeApi {
    /// Reads the value of `AWS_LAMBDA_RUNTIME_API`: `host:port`, with a path behind it in some emulators.
    pub(super) fn parse(value: &str) -> Result<Self, GrantError> {
        let (_, host, port) = parse_base_url(&format!("http://{value}"), value)?;
        Ok(Self { host, port })
    }

    /// Whether a connection to `address` and `port` could end there. Every local address with that port counts,
    /// because a server bound to all interfaces answers at each of them.
    pub(super) fn is_at(&self, name: &Host, address: IpAddr, port: u16) -> bool {
        let same_host = *name == self.host
            || match self.host {
                Host::Ip(ip) => ip.to_canonical() == address,
                Host::Name(_) => false,
            };
        let local = matches!(
            AddressClass::of(address),
            AddressClass::Loopback | AddressClass::Unspecified | AddressClass::LinkLocal
        );
        port == self.port && (same_host || local)
    }
}
