//! From names to addresses.

use std::{fmt, io, net::IpAddr};

use async_trait::async_trait;

/// Finds the addresses of a name. Injected, so that tests decide what a name resolves to.
///
/// The broker asks once for each request and connects to nothing but the answer.
///
/// ```
/// # use std::{io, net::IpAddr};
/// use greenlight_hook_runtime::http::Resolver;
///
/// /// Knows one name.
/// #[derive(Debug)]
/// struct OneName;
///
/// #[async_trait::async_trait]
/// impl Resolver for OneName {
///     async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
///         match name {
///             "api.example.com" => Ok(vec![IpAddr::from([192, 0, 32, 10])]),
///             other => Err(io::Error::new(io::ErrorKind::NotFound, format!("{other} is unknown"))),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait Resolver: fmt::Debug + Send + Sync {
    /// All addresses of `name`, which is in lower case and has no final dot.
    ///
    /// # Errors
    ///
    /// Any error of the look-up. An unknown name may be an error or an empty list.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the operating system, on tokio's blocking threads.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}
