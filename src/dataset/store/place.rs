//! Names of stores and of what is in them, and where the environment says that they are kept.

use object_store::path::Path;

use super::StoreError;

/// Who keeps objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Amazon S3, or a server that speaks like it.
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
}

/// A bucket, a prefix in it, and who keeps them.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub kind: Kind,
    pub bucket: String,
    pub prefix: Path,
    /// `s3://bucket/prefix`.
    pub url: String,
    /// The server's address where the environment says one, else the provider's name.
    pub server: String,
    /// The server's address, where the environment says one.
    pub endpoint: Option<String>,
}

/// Whether a text names a store, well or badly, and not a folder. `./s3:` is a folder.
pub(super) fn is_url(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    text.contains("://") || scheme.is_some_and(|scheme| matches!(scheme.as_str(), "s3" | "gs" | "az"))
}

impl Place {
    /// Reads `s3://bucket/prefix`, with a slash at the end or without.
    pub fn parse(url: &str, variables: &[(String, String)]) -> Result<Place, StoreError> {
        let wrong = |reason: &str| StoreError::Url { url: url.to_owned(), reason: reason.to_owned() };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("it has no `://`"))?;
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "s3" => Kind::S3,
            "gs" => Kind::Google,
            "az" => Kind::Azure,
            _ => return Err(wrong(&format!("found `{scheme}://`"))),
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(wrong("it names no bucket"));
        }
        if !bucket.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter)) {
            return Err(wrong(&format!("`{bucket}` is no bucket's name")));
        }
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        if prefix.contains(['?', '#']) {
            return Err(wrong("it has a `?` or a `#`"));
        }
        if let Some(reason) = (!prefix.is_empty()).then(|| fault(prefix)).flatten() {
            return Err(wrong(&format!("its prefix {reason}")));
        }
        let endpoint = endpoint(kind, variables);
        Ok(Place {
            kind,
            bucket: bucket.to_owned(),
            prefix: Path::parse(prefix).map_err(|error| wrong(&error.to_string()))?,
            url: url.strip_suffix('/').unwrap_or(url).to_owned(),
            server: match (&endpoint, kind) {
                (Some(endpoint), _) => without_password(endpoint),
                (None, Kind::S3) => "Amazon S3".to_owned(),
                (None, Kind::Google) => "Google Cloud Storage".to_owned(),
                (None, Kind::Azure) => "Azure Blob Storage".to_owned(),
            },
            endpoint,
        })
    }

    /// Where in the bucket a key is.
    pub fn path(&self, key: &str) -> Result<Path, StoreError> {
        let wrong = |reason| StoreError::Key { key: key.to_owned(), reason };
        if let Some(reason) = fault(key) {
            return Err(wrong(reason));
        }
        let whole = if self.prefix.as_ref().is_empty() { key.to_owned() } else { format!("{}/{key}", self.prefix) };
        Path::parse(whole).map_err(|_| wrong("it has signs that keys cannot have"))
    }

    /// As [`path`](Place::path), and the store's prefix where the text is empty.
    pub fn folder(&self, prefix: &str) -> Result<Path, StoreError> {
        if prefix.is_empty() { Ok(self.prefix.clone()) } else { self.path(prefix) }
    }

    /// The key of what is there in the bucket.
    pub fn key(&self, path: &Path) -> Option<String> {
        let names = path.prefix_match(&self.prefix)?;
        Some(names.map(|name| name.as_ref().to_owned()).collect::<Vec<_>>().join("/"))
    }

    /// The variable that says where the server is.
    pub fn endpoint_variable(&self) -> &'static str {
        match self.kind {
            Kind::S3 => "AWS_ENDPOINT_URL",
            Kind::Google => "GOOGLE_BASE_URL",
            Kind::Azure => "AZURE_STORAGE_ENDPOINT",
        }
    }

    /// Where credentials are looked for.
    pub fn credentials_remedy(&self) -> String {
        let (variables, rights) = match self.kind {
            Kind::S3 => (
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN where there is one; profiles are \
                 not read)",
                "s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject",
            ),
            Kind::Google => ("GOOGLE_APPLICATION_CREDENTIALS", "the role Storage Object User"),
            Kind::Azure => {
                ("AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY", "the role Storage Blob Data Contributor")
            }
        };
        format!("set {variables} to credentials that have {rights} there")
    }
}

/// What is wrong with the names of a key.
fn fault(key: &str) -> Option<&'static str> {
    let mut parts = key.split('/');
    if key.is_empty() {
        Some("is empty")
    } else if parts.clone().any(str::is_empty) {
        Some("has an empty name")
    } else if parts.any(|part| part == "." || part == "..") {
        Some("has a `.` or `..`, which would lead elsewhere")
    } else if key.chars().any(|letter| letter.is_control() || letter == '\\') {
        Some("has a backslash or a control character")
    } else {
        None
    }
}

/// The address that is set, if any. Later variables are the more special ones.
/// An address without what signs in.
pub(super) fn without_password(address: &str) -> String {
    let Some((before, host)) = address.rsplit_once('@') else { return address.to_owned() };
    before.split_once("://").map_or_else(|| host.to_owned(), |(scheme, _)| format!("{scheme}://{host}"))
}

fn endpoint(kind: Kind, variables: &[(String, String)]) -> Option<String> {
    let names: &[&str] = match kind {
        Kind::S3 => &["AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"],
        Kind::Google => &["GOOGLE_BASE_URL"],
        Kind::Azure => &["AZURE_ENDPOINT", "AZURE_STORAGE_ENDPOINT"],
    };
    let set = variables.iter().filter(|(name, value)| names.contains(&name.as_str()) && !value.is_empty());
    set.map(|(_, value)| value.clone()).next_back()
}
