//! Reads inputs out of JSON documents, as strictly as the service does.
//!
//! Derived readers take a list for a structure; here a structure is an object and nothing else. Nulls are as absent,
//! in objects and in lists. An error says where in the document it is.

use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// Reads an input.
pub(super) fn read<I: DeserializeOwned>(document: Value) -> Result<I, Unreadable> {
    I::deserialize(Node(document))
}

/// Why a document is not the input of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// From the innermost member outwards.
    place: Vec<String>,
    why: String,
}

impl Unreadable {
    fn within(mut self, member: impl Into<String>) -> Self {
        self.place.push(member.into());
        self
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, member) in self.place.iter().rev().enumerate() {
            write!(f, "{}{member}", if depth == 0 || member.starts_with('[') { "" } else { "." })?;
        }
        write!(f, "{}{}", if self.place.is_empty() { "" } else { ": " }, self.why)
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self { place: Vec::new(), why: why.to_string() }
    }
}

/// A value at some place of the document.
struct Node(Value);

impl Node {
    fn unexpected<'de, V: Visitor<'de>>(&self, expected: &V) -> Unreadable {
        let unexpected = match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(given) => Unexpected::Bool(*given),
            Value::Number(_) => Unexpected::Other("number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        de::Error::invalid_type(unexpected, expected)
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(given) => visitor.visit_bool(given),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), number: 0 }),
            Value::Object(members) => visitor.visit_map(Members::new(members)),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (_, _, Some(number)) => visitor.visit_f64(number),
                _ => Err(de::Error::custom(format_args!("the number {number} is out of range"))),
            },
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _members: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if self.0.is_object() { self.deserialize_any(visitor) } else { Err(self.unexpected(&visitor)) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(StringDeserializer::new(text)),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The members of an object that are not null.
struct Members {
    members: serde_json::map::IntoIter,
    /// The name and the value of the one that is being read.
    at: Option<(String, Value)>,
}

impl Members {
    fn new(members: Map<String, Value>) -> Self {
        Self { members: members.into_iter(), at: None }
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        self.at = self.members.find(|(_, value)| !value.is_null());
        let Some((name, _)) = &self.at else { return Ok(None) };
        seed.deserialize(StringDeserializer::<Unreadable>::new(name.clone())).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        let (name, value) = self.at.take().ok_or_else(|| de::Error::custom("a value without a name"))?;
        seed.deserialize(Node(value)).map_err(|error| error.within(name))
    }
}

/// The items of a list that are not null.
struct Items {
    items: std::vec::IntoIter<Value>,
    number: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        for item in self.items.by_ref() {
            self.number += 1;
            if !item.is_null() {
                let place = format!("[{}]", self.number - 1);
                return seed.deserialize(Node(item)).map(Some).map_err(|error| error.within(place));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Outer {
        some_name: Option<String>,
        inner: Option<Inner>,
        list: Vec<Inner>,
        filters: BTreeMap<String, Vec<String>>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Inner {
        minutes: Option<i64>,
        on: Option<bool>,
    }

    fn refused(document: Value) -> String {
        read::<Outer>(document).unwrap_err().to_string()
    }

    #[test]
    fn nulls_are_as_absent_and_unknown_members_are_passed_over() {
        let document =
            json!({ "someName": null, "list": [null, {}], "inner": { "minutes": null }, "x": [[{}]] });
        let expected =
            Outer { list: vec![Inner::default()], inner: Some(Inner::default()), ..Outer::default() };
        assert_eq!(read::<Outer>(document), Ok(expected));
        assert_eq!(read::<Outer>(json!({ "SomeName": "has one spelling" })), Ok(Outer::default()));
        let filters = BTreeMap::from([("a".to_owned(), vec!["b".to_owned()])]);
        assert_eq!(
            read::<Outer>(json!({ "filters": { "a": ["b"], "c": null } })),
            Ok(Outer { filters, ..Outer::default() })
        );
    }

    #[test]
    fn an_error_says_where_it_is() {
        for (document, told) in [
            (json!({ "someName": 5 }), "someName: invalid type: integer `5`, expected a string"),
            (
                json!({ "inner": { "minutes": "5" } }),
                "inner.minutes: invalid type: string \"5\", expected i64",
            ),
            (
                json!({ "list": [{}, { "on": 1 }] }),
                "list[1].on: invalid type: integer `1`, expected a boolean",
            ),
            (json!({ "inner": [1] }), "inner: invalid type: sequence, expected struct Inner"),
            (json!({ "list": [[1]] }), "list[0]: invalid type: sequence, expected struct Inner"),
            (json!({ "filters": { "a": { "b": 1 } } }), "filters.a: invalid type: map, expected a sequence"),
            (json!([]), "invalid type: sequence, expected struct Outer"),
        ] {
            assert_eq!(refused(document), told);
        }
    }
}
