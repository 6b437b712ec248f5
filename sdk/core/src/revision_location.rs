//! Where a revision is kept.

use crate::string_enum::string_enum;

string_enum! {
    /// Where the AppSpec of a revision is (`revisionType`).
    #[non_exhaustive]
    pub enum RevisionLocationType {
        /// In a bucket of Amazon S3.
        S3 = "S3",
        /// In a repository on GitHub; instances alone.
        GitHub = "GitHub",
        /// In the request, the older way; Lambda alone.
        String = "String",
        /// In the request.
        AppSpecContent = "AppSpecContent",
    }
}

string_enum! {
    /// What kind of file a revision in Amazon S3 is (`bundleType`).
    #[non_exhaustive]
    pub enum BundleType {
        /// An archive.
        Tar = "tar",
        /// A compressed archive.
        Tgz = "tgz",
        /// A compressed archive.
        Zip = "zip",
        /// The AppSpec alone, as YAML.
        Yaml = "YAML",
        /// The AppSpec alone, as JSON.
        Json = "JSON",
    }
}
