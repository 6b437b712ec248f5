//! The configuration as serde's map.

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};

use super::problem::Problem;
use super::text::Text;

/// The keys and texts as serde's map.
pub(super) struct Entries {
    entries: std::vec::IntoIter<(String, String)>,
    /// The entry whose key was read and whose text comes next.
    current: Option<(String, String)>,
}

impl Entries {
    pub(super) fn new(mut entries: Vec<(String, String)>) -> Self {
        // A host may give them in any order; of several bad ones the same is always named.
        entries.sort();
        Self { entries: entries.into_iter(), current: None }
    }
}

impl<'de> Deserializer<'de> for Entries {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some((key, text)) = self.entries.next() else { return Ok(None) };
        let name: StringDeserializer<Problem> = key.clone().into_deserializer();
        self.current = Some((key, text));
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let Some((key, text)) = self.current.take() else {
            return Err(Problem::custom("a value without a key"));
        };
        seed.deserialize(Text(&text)).map_err(|problem| problem.at(&key, &text))
    }
}
