//! How a folder's language is told.
