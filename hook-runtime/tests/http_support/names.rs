//! Names and addresses that the tests decide about.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use greenlight_hook_runtime::http::{Dial, Network, Resolver};
use tokio::net::TcpStream;

/// Knows the names that it was given. A name with several answers gives them one after another, the last for ever.
#[derive(Debug, Clone, Default)]
pub struct Names {
    answers: Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub fn with(self, name: &str, answers: &[&[&str]]) -> Self {
        let parsed = answers.iter().map(|a| a.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
        self.answers.lock().unwrap().insert(name.to_owned(), parsed);
        self
    }

    /// Every question so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Resolver for Names {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let mut answers = self.answers.lock().unwrap();
        match answers.get_mut(name) {
            Some(list) if list.len() > 1 => Ok(list.remove(0)),
            Some(list) => Ok(list[0].clone()),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "no such name")),
        }
    }
}

/// Leads every connection to one local server, and writes down where it was meant to go.
#[derive(Debug, Clone)]
pub struct Detour {
    server: SocketAddr,
    dialed: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Detour {
    pub fn to(server: SocketAddr) -> Self {
        Self { server, dialed: Arc::default() }
    }

    /// Every address that a connection was asked for.
    pub fn dialed(&self) -> Vec<String> {
        self.dialed.lock().unwrap().iter().map(ToString::to_string).collect()
    }
}

#[async_trait]
impl Dial for Detour {
    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        self.dialed.lock().unwrap().push(address);
        TcpStream::connect(self.server).await
    }
}

/// A network where the names are those given, and every connection is led to the server of `detour`.
pub fn network(names: &Names, detour: &Detour) -> Network {
    Network::system().unwrap().with_resolver(names.clone()).with_dial(detour.clone())
}
