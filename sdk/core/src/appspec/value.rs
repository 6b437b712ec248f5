//! Parts of an AppSpec that this version does not know, kept as they were.

use std::fmt;

/// A value that is kept without being understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`, or nothing at all in YAML.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number by its text in JSON's grammar, so that `0.10` stays `0.10`.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// A map in the order of the file.
    Map(Vec<(String, Self)>),
}

/// The part of an AppSpec that an [`UnknownKey`] was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Section {
    /// The top level, beside `version`.
    Root,
    /// Beside `Type` and `Properties`.
    Resource,
    /// Inside `Properties`.
    Properties,
    /// Inside `LoadBalancerInfo`.
    LoadBalancerInfo,
    /// Inside `NetworkConfiguration`, beside `AwsvpcConfiguration`.
    NetworkConfiguration,
    /// Inside `AwsvpcConfiguration`.
    AwsvpcConfiguration,
    /// Inside the entry of `CapacityProviderStrategy` with this index.
    CapacityProvider(usize),
}

/// A key that this version does not know. It is warned of, kept, and written again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// Where it was.
    pub section: Section,
    /// The key, in the spelling of the file.
    pub key: String,
    /// Its value.
    pub value: Value,
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.pad("the top level"),
            Self::Resource => f.pad("the resource"),
            Self::Properties => f.pad("Properties"),
            Self::LoadBalancerInfo => f.pad("LoadBalancerInfo"),
            Self::NetworkConfiguration => f.pad("NetworkConfiguration"),
            Self::AwsvpcConfiguration => f.pad("AwsvpcConfiguration"),
            Self::CapacityProvider(index) => write!(f, "CapacityProviderStrategy[{index}]"),
        }
    }
}

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` in {}", self.key, self.section)
    }
}
