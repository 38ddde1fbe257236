//! Signatures of packages: of the manifest, which names everything else by its hash.
//!
//! The format is minisign's (F. Denis, <https://jedisct1.github.io/minisign/>): Ed25519 over the
//! BLAKE2b-512 of the file, and over that signature with a comment. Its tool checks them as well:
//! `minisign -Vm manifest.json -p KEY.pub`.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Cursor, Read as _};
use std::path::Path;

use minisign::{PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use serde::Serialize;

use super::ReportError;
use super::manifest::{MANIFEST, Manifest};

/// The signature of the manifest, beside it.
pub const SIGNATURE: &str = "manifest.json.minisig";
/// Bytes that a key or a signature has at most.
pub(super) const LIMIT: u64 = 4_096;
/// Characters of the two signatures in it, in Base64: an algorithm, a key's id and 64 bytes; and 64.
const SIGNED: (usize, usize) = (100, 88);

/// Who signs: a secret key of minisign.
#[derive(Clone, PartialEq, Eq)]
pub struct Signer(SecretKey);

impl Signer {
    /// Reads a key, as `minisign -G` or `rsign generate` make them, with its password if it has
    /// one.
    ///
    /// # Errors
    /// [`ReportError::Io`]; [`ReportError::Signing`] when it is none, or the password is another.
    pub fn read(path: &Path, password: Option<&str>) -> Result<Self, ReportError> {
        let key = SecretKeyBox::from(read_short(path)?);
        let failed = |why: String| ReportError::Signing(format!("{}: {why}", path.display()));
        match (key.clone().into_unencrypted_secret_key(), password) {
            (Ok(key), _) => Ok(Self(key)),
            (Err(_), Some(password)) => key
                .into_secret_key(Some(password.to_owned()))
                .map(Self)
                .map_err(|e| failed(e.to_string())),
            (Err(why), None) => {
                Err(failed(format!("no secret key of minisign that has no password ({why})")))
            }
        }
    }

    /// The id of the key, by which minisign names it.
    pub fn id(&self) -> String {
        id(self.0.keynum())
    }

    /// The signature of a manifest, as a file. Not the same twice: chance is mixed in, against
    /// who could measure the making.
    ///
    /// # Errors
    /// [`ReportError::Signing`].
    pub(super) fn sign(&self, manifest: &Manifest) -> Result<String, ReportError> {
        let (at, hash) = (&manifest.generated_at, &manifest.content_hash);
        let comment = format!("file:{MANIFEST}\tat:{at}\tcontent hash:{hash}");
        let untrusted = format!("signature of an evidence package with key {}", self.id());
        let bytes = Cursor::new(manifest.to_bytes());
        minisign::sign(None, &self.0, bytes, Some(&comment), Some(&untrusted))
            .map(SignatureBox::into_string)
            .map_err(|e| ReportError::Signing(e.to_string()))
    }
}

impl fmt::Debug for Signer {
    /// Never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&self.id()).finish()
    }
}

/// Whose signature is asked for: a public key of minisign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy(PublicKey);

impl SignedBy {
    /// Reads a key as text, or the file of one.
    ///
    /// # Errors
    /// [`ReportError::Signing`] when it is neither; [`ReportError::Io`].
    pub fn read(key: &str) -> Result<Self, ReportError> {
        let none = |e| ReportError::Signing(format!("{key}: no public key of minisign ({e})"));
        match PublicKey::from_base64(key.trim()) {
            Ok(known) => Ok(Self(known)),
            Err(e) if !Path::new(key).exists() => Err(none(e)),
            Err(_) => {
                let text = PublicKeyBox::from(read_short(Path::new(key))?);
                text.into_public_key().map(Self).map_err(none)
            }
        }
    }
}

/// What is known of who signed a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Signature {
    /// Nobody.
    #[default]
    Absent,
    /// Somebody who says to have this key; it was not asked whether that is so.
    Unchecked {
        /// Its id.
        key: String,
    },
    /// Who was asked for.
    Valid {
        /// The id of the key.
        key: String,
        /// The comment, which is signed too.
        comment: String,
    },
}

/// Looks at the signature of a package whose manifest has these bytes, and whether it is that of
/// who is asked for.
///
/// # Errors
/// What is wrong with it, as a phrase.
pub(super) fn check(
    folder: &Path,
    manifest: &[u8],
    asked: Option<&SignedBy>,
) -> Result<Signature, String> {
    let place = folder.join(SIGNATURE);
    match fs::symlink_metadata(&place) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return match asked {
                Some(_) => Err("is missing: nobody has signed this package".into()),
                None => Ok(Signature::Absent),
            };
        }
        Ok(meta) if meta.is_file() => {}
        _ => return Err("is not an ordinary file".into()),
    }
    let text = read_short(&place).map_err(|e| e.to_string())?;
    let signature = parse(&text).ok_or("is no signature of minisign")?;
    let key = id(signature.keynum());
    let Some(SignedBy(public)) = asked else { return Ok(Signature::Unchecked { key }) };
    if signature.keynum() != public.keynum() {
        return Err(format!("was made with the key {key}, not with {}", id(public.keynum())));
    }
    minisign::verify(public, &signature, Cursor::new(manifest), true, false, false)
        .map_err(|_| format!("is not what the key {key} makes of this manifest"))?;
    let comment = signature.trusted_comment().unwrap_or_default();
    Ok(Signature::Valid { key, comment })
}

/// A signature that is as long as one is: shorter ones are not looked into.
fn parse(text: &str) -> Option<SignatureBox> {
    let line = |n: usize| text.lines().nth(n).map(|line| line.trim().len());
    let is_whole = (line(1), line(3)) == (Some(SIGNED.0), Some(SIGNED.1));
    is_whole.then(|| SignatureBox::from_string(text).ok()).flatten()
}

/// As minisign writes an id: eight bytes, the last first.
fn id(bytes: &[u8]) -> String {
    bytes.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}

fn read_short(path: &Path) -> Result<String, ReportError> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LIMIT).read_to_string(&mut text));
    read.map_err(ReportError::io("read", path))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use minisign::KeyPair;

    use super::*;

    fn keys(folder: &Path, name: &str) -> (Signer, SignedBy) {
        let KeyPair { pk, sk } = KeyPair::generate_unencrypted_keypair().expect("keys");
        let path = folder.join(name);
        fs::write(&path, sk.to_box(None).expect("a key").to_string()).expect("written");
        fs::write(path.with_extension("pub"), pk.to_box().expect("a key").to_string())
            .expect("written");
        let public = path.with_extension("pub").display().to_string();
        let signer = Signer::read(&path, None).expect("a key without a password");
        (signer, SignedBy::read(&public).expect("a public key"))
    }

    #[test]
    fn a_signature_is_valid_for_its_manifest_and_its_key_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ann, by_ann) = keys(folder.path(), "ann.key");
        let (_, by_bob) = keys(folder.path(), "bob.key");
        let manifest = Manifest { content_hash: "abc".into(), ..Manifest::default() };
        let bytes = manifest.to_bytes();
        let check = |bytes: &[u8], by| check(folder.path(), bytes, by);
        assert_eq!(check(&bytes, None), Ok(Signature::Absent));
        assert!(check(&bytes, Some(&by_ann)).is_err_and(|why| why.contains("nobody has signed")));
        fs::write(folder.path().join(SIGNATURE), ann.sign(&manifest).expect("signed"))
            .expect("written");
        assert_eq!(check(&bytes, None), Ok(Signature::Unchecked { key: ann.id() }));
        let Ok(Signature::Valid { key, comment }) = check(&bytes, Some(&by_ann)) else {
            panic!("valid");
        };
        assert!((key == ann.id()) && comment.ends_with("content hash:abc"), "{comment}");
        let other = check(&bytes, Some(&by_bob)).expect_err("another key");
        assert!(other.contains(&ann.id()) && other.contains("not with"), "{other}");
        assert!(check(b"{}", Some(&by_ann)).is_err_and(|why| why.contains("of this manifest")));
    }

    #[test]
    fn what_is_cut_changed_or_no_signature_is_said_to_be_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ann, by_ann) = keys(folder.path(), "ann.key");
        let manifest = Manifest::default();
        let whole = ann.sign(&manifest).expect("signed");
        let place = folder.path().join(SIGNATURE);
        let is_valid = |text: &[u8]| {
            fs::write(&place, text).expect("written");
            check(folder.path(), &manifest.to_bytes(), Some(&by_ann)).is_ok()
        };
        assert!(is_valid(whole.as_bytes()));
        for to in 0..whole.len() - 1 {
            assert!(!is_valid(&whole.as_bytes()[..to]), "cut to {to}");
        }
        let from = whole.find('\n').expect("a line") + 1;
        for at in from..whole.trim_end().len() {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] ^= 1;
            // A break may be of two characters; nothing else may differ.
            assert!(!is_valid(&bytes), "byte {at}");
        }
        assert!(!is_valid(&[0xff; 9_000]));
    }

    #[test]
    fn a_key_says_its_id_and_never_itself_and_its_password_is_asked_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ann, _) = keys(folder.path(), "ann.key");
        assert_eq!(format!("{ann:?}"), format!("Signer({:?})", ann.id()));
        assert!(Signer::read(&folder.path().join("ann.pub"), None).is_err());
        assert!(SignedBy::read("no such file").is_err());
        let junk = folder.path().join("junk");
        fs::write(&junk, "untrusted comment: x\nAAAA\n").expect("written");
        assert!(Signer::read(&junk, None).is_err() && Signer::read(&junk, Some("x")).is_err());
        assert!(SignedBy::read(&junk.display().to_string()).is_err());
    }
}
