//! Signatures of packages: of the manifest, which names everything else by its hash.
//!
//! The format is minisign's (F. Denis, <https://jedisct1.github.io/minisign/>): Ed25519 over the
//! BLAKE2b-512 of the file, and over that signature with a comment. Its tool checks them as well:
//! `minisign -Vm manifest.json -p KEY.pub`.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Cursor, Read as _};
use std::path::Path;

use ct_codecs::{Base64, Decoder as _};
use minisign::{PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use serde::Serialize;

use super::ReportError;
use super::manifest::{MANIFEST, Manifest};

/// The signature of the manifest, beside it.
pub const SIGNATURE: &str = "manifest.json.minisig";
/// Bytes that a key or a signature has at most.
pub(super) const LIMIT: u64 = 4_096;
/// Bytes of a secret key, and where its checksum begins.
const KEY: usize = 158;
const CHECKSUM: usize = 126;
/// Where the work of scrypt stands in it that opens a locked one: operations and bytes, 64 bits
/// each, the lowest byte first.
const WORK: [usize; 2] = [38, 46];
/// Most that is done for a password: twice what `minisign -G` asks for.
const MOST: [u64; 2] = [1 << 26, 1 << 31];
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
        let text = read_short(path)?;
        let key = SecretKeyBox::from(text.clone());
        let failed = |why: String| ReportError::Signing(format!("{}: {why}", path.display()));
        match (key.clone().into_unencrypted_secret_key(), password) {
            (Ok(key), _) => Ok(Self(key)),
            (Err(_), _) if let Some(key) = without_checksum(&text) => Ok(Self(key)),
            (Err(_), Some(_)) if let Some(work) = work(&text).filter(is_too_much) => {
                Err(failed(format!(
                    "its password would take {} operations and {} bytes to try, more than a key asks for",
                    work[0], work[1]
                )))
            }
            (Err(_), Some(password)) => key
                .into_secret_key(Some(password.to_owned()))
                .map(Self)
                .map_err(|e| failed(e.to_string())),
            (Err(why), None) => {
                let wants = "a locked one wants its password (STILLWATCH_SIGN_PASSWORD)";
                Err(failed(format!("no secret key of minisign ({why}); {wants}")))
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
        let failed = |e: minisign::PError| ReportError::Signing(e.to_string());
        let public = PublicKey::from_secret_key(&self.0).map_err(failed)?;
        minisign::sign(Some(&public), &self.0, bytes, Some(&comment), Some(&untrusted))
            .map(SignatureBox::into_string)
            .map_err(failed)
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
        if let Ok(known) = PublicKey::from_base64(key.trim()) {
            return Ok(Self(known));
        }
        // Not repeated: somebody may have given a secret key.
        if !Path::new(key).exists() {
            let none = "what was given is no public key of minisign and no file of one";
            return Err(ReportError::Signing(none.into()));
        }
        let text = read_short(Path::new(key))?;
        let none = |e| ReportError::Signing(format!("{key}: no public key of minisign ({e})"));
        // With its comment, or bare.
        PublicKeyBox::from(text.trim().to_owned())
            .into_public_key()
            .or_else(|_| PublicKey::from_base64(text.trim()))
            .map(Self)
            .map_err(none)
    }
}

/// What is known of who signed a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Signature {
    /// Nobody.
    #[default]
    Absent,
    /// Something is there that is not the signature it should be.
    Invalid,
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
        Ok(meta) if !meta.is_file() => return Err("is not an ordinary file".into()),
        Ok(meta) if meta.len() > LIMIT => return Err("is longer than a signature is".into()),
        Ok(_) => {}
        Err(e) => return Err(format!("cannot be read: {e}")),
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

/// Whether a file is a signature, of whatever.
pub(super) fn is_one(path: &Path) -> bool {
    let is_short = fs::symlink_metadata(path).is_ok_and(|it| it.is_file() && it.len() <= LIMIT);
    is_short && read_short(path).is_ok_and(|text| parse(&text).is_some())
}

/// A signature that is as long as one is, and nothing else: what is shorter is not looked into, and
/// nothing rides behind it.
fn parse(text: &str) -> Option<SignatureBox> {
    let line = |n: usize| text.lines().nth(n).map(str::len);
    // The library would not see blanks behind a comment, which is signed; minisign does.
    let is_whole = (line(1), line(3)) == (Some(SIGNED.0), Some(SIGNED.1))
        && text.lines().nth(2).is_some_and(|comment| comment.trim_end() == comment)
        && text.lines().skip(4).all(|line| line.trim().is_empty());
    is_whole.then(|| SignatureBox::from_string(text).ok()).flatten()
}

/// As minisign writes an id: eight bytes, the last first.
fn id(bytes: &[u8]) -> String {
    bytes.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}

/// Operations and bytes of memory that it takes to try a password.
fn work(text: &str) -> Option<[u64; 2]> {
    let bytes = Base64::decode_to_vec(text.lines().nth(1)?.trim(), None).ok()?;
    let number = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    Some([number(WORK[0])?, number(WORK[1])?])
}

fn is_too_much(work: &[u64; 2]) -> bool {
    work[0] > MOST[0] || work[1] > MOST[1]
}

/// A secret key as `minisign -G -W` writes it, not locked and without the checksum that the library
/// asks for. Whether it is whole shows when it signs.
fn without_checksum(text: &str) -> Option<SecretKey> {
    let bytes = Base64::decode_to_vec(text.lines().nth(1)?.trim(), None).ok()?;
    let is_bare = bytes.len() == KEY && bytes[..2] == *b"Ed" && bytes[CHECKSUM..] == [0; 32];
    SecretKey::from_bytes(&bytes).ok().filter(|key| is_bare && !key.is_encrypted())
}

/// A pipe is not waited for.
fn read_short(path: &Path) -> Result<String, ReportError> {
    let meta = fs::metadata(path).map_err(ReportError::io("read", path))?;
    if !meta.is_file() {
        let what = format!("{} is not an ordinary file", path.display());
        return Err(ReportError::Signing(what));
    }
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LIMIT).read_to_string(&mut text));
    read.map_err(ReportError::io("read", path))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use ct_codecs::Encoder as _;
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
        assert!(SignedBy::read(&folder.path().display().to_string()).is_err(), "a folder");
    }

    /// Of `minisign -G -W`, version 0.11: a pair that guards nothing.
    const BARE: (&str, &str) = (
        "untrusted comment: minisign encrypted secret key\n\
         RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAK2TOrd9/71CQmPLQjhZH4n6X\
         Dvp4Y7WY3f8mHu2I6wMk4l2AqPLHY2iljPt58v9VZk2zZjCeM6gboZhVMpiWBHDw/eYREybtAAAAAAAAAAAAAAAAAAAAAAAA\
         AAAAAAAAAAAAAAAAAAA=\n",
        "RWQrZM6t33/vUGiljPt58v9VZk2zZjCeM6gboZhVMpiWBHDw/eYREybt",
    );

    #[test]
    fn a_key_whose_password_would_take_all_memory_to_try_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("k.key");
        let KeyPair { sk, .. } =
            KeyPair::generate_encrypted_keypair(Some("open".into())).expect("keys");
        let text = sk.to_box(None).expect("a key").to_string();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut bytes = Base64::decode_to_vec(&lines[1], None).expect("a key");
        bytes[WORK[1]..WORK[1] + 8].copy_from_slice(&(1_u64 << 40).to_le_bytes());
        lines[1] = Base64::encode_to_string(bytes).expect("a key");
        fs::write(&path, lines.join("\n")).expect("written");
        let why = Signer::read(&path, Some("open")).expect_err("too much").to_string();
        assert!(why.contains("1099511627776 bytes"), "{why}");
    }

    #[test]
    fn a_key_that_minisign_itself_made_without_a_password_signs() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("k.key");
        fs::write(&path, BARE.0).expect("written");
        let signer = Signer::read(&path, None).expect("a key");
        assert_eq!(signer.id(), "50EF7FDFADCE642B");
        let manifest = Manifest::default();
        let place = folder.path().join(SIGNATURE);
        fs::write(&place, signer.sign(&manifest).expect("signed")).expect("written");
        let by = SignedBy::read(BARE.1).expect("a public key");
        assert!(check(folder.path(), &manifest.to_bytes(), Some(&by)).is_ok() && is_one(&place));
        // Nothing rides behind a signature.
        let whole = fs::read_to_string(&place).expect("read");
        fs::write(&place, format!("{whole}more\n")).expect("written");
        assert!(check(folder.path(), &manifest.to_bytes(), Some(&by)).is_err() && !is_one(&place));
        fs::write(&place, whole + &" ".repeat(5_000)).expect("written");
        assert!(check(folder.path(), &manifest.to_bytes(), None).is_err());
        // A key of which a byte differs makes signatures that its own other half does not know.
        fs::write(&path, BARE.0.replace("K2TOrd9/71CQ", "K2TOrd9/71CR")).expect("written");
        assert!(Signer::read(&path, None).is_ok_and(|other| other.sign(&manifest).is_err()));
    }
}
