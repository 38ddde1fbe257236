//! A package that its maker has signed, and what a reader who knows their key can tell.

use std::fs;

use minisign::{KeyPair, PublicKeyBox, SignatureBox};

use crate::support::{Bench, Ran, native};

const SIGNATURE: &str = "manifest.json.minisig";

/// A case, and the keys of two analysts: NAME.key and NAME.pub.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.file("a.jsonl", native(60));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    for name in ["ann", "bob"] {
        let KeyPair { pk, sk } = KeyPair::generate_unencrypted_keypair().unwrap();
        bench.file(&format!("{name}.key"), sk.to_box(None).unwrap().to_string());
        bench.file(&format!("{name}.pub"), pk.to_box().unwrap().to_string());
    }
    bench
}

fn export(bench: &Bench, out: &str, more: &[&str]) -> Ran {
    let export = ["export", "c.stillwatch", "--only", "csv", "--out", out];
    bench.run(&[&export, more].concat())
}

fn verify(bench: &Bench, out: &str, by: &str) -> Ran {
    bench.run(&["verify", out, "--signed-by", by])
}

#[test]
fn who_knows_the_key_can_tell_who_signed_and_minisign_agrees() {
    let bench = bench();
    for out in ["folder", "one.zip"] {
        export(&bench, out, &["--sign", "ann.key"]).ok().says("signed with the key ");
        // Twice: a signed package is replaced like any other.
        export(&bench, out, &["--sign", "ann.key"]).ok();
        bench.run(&["verify", out]).ok().says("as it says");
        verify(&bench, out, "ann.pub").ok().says("content hash:");
        verify(&bench, out, "bob.pub").ends(3).says(&format!("{SIGNATURE}: was made with the key"));
        let text = fs::read_to_string(bench.path("ann.pub")).unwrap();
        let key = text.lines().nth(1).unwrap();
        verify(&bench, out, key).ok();
    }
    let read = |name: &str| fs::read_to_string(bench.path(name)).unwrap();
    let public = PublicKeyBox::from(read("ann.pub")).into_public_key().unwrap();
    let signature = SignatureBox::from_string(&read(&format!("folder/{SIGNATURE}"))).unwrap();
    let manifest = fs::File::open(bench.path("folder/manifest.json")).unwrap();
    minisign::verify(&public, &signature, manifest, true, false, false).unwrap();
    let json = bench.run(&["verify", "folder", "--json", "--signed-by", "ann.pub"]).ok().json();
    assert_eq!(json["signature"]["state"], "valid");
    // What waits beside the case stands in the journal with the next edit.
    bench.run(&["flag", "c.stillwatch", "account:ac000", "--tag", "x"]).ok();
    let sql = "SELECT count(*) FROM journal WHERE detail LIKE '%signed_with%'";
    assert_eq!(bench.number("c.stillwatch", sql), 4, "every export says who signed");
}

#[test]
fn a_signature_that_is_gone_or_of_another_manifest_is_named() {
    let bench = bench();
    export(&bench, "one", &["--sign", "ann.key"]).ok();
    export(&bench, "two", &["--sign", "ann.key", "--title", "another"]).ok();
    export(&bench, "bare", &[]).ok();
    let files = |out: &str| bench.names_in(out).len();
    assert_eq!(files("one"), files("bare") + 1);
    let said = export(&bench, "one", &["--sign", "ann.key"]).ok();
    said.says(&format!("wrote {} files", files("one")));
    for out in ["one", "one.zip"] {
        export(&bench, out, &["--sign", "ann.key"]).ok();
        export(&bench, out, &[]).ends(1).says("is a package that somebody signed");
        verify(&bench, out, "ann.pub").ok();
    }
    verify(&bench, "bare", "ann.pub").ends(3).says("nobody has signed this package");
    fs::copy(bench.path(&format!("two/{SIGNATURE}")), bench.path(&format!("one/{SIGNATURE}")))
        .unwrap();
    verify(&bench, "one", "ann.pub").ends(3).says("of this manifest");
    fs::write(bench.path(&format!("two/{SIGNATURE}")), "signed, Ann").unwrap();
    bench.run(&["verify", "two"]).ends(3).says("is no signature of minisign");
    fs::remove_file(bench.path(&format!("two/{SIGNATURE}"))).unwrap();
    bench.run(&["verify", "two"]).ok();
    verify(&bench, "two", "ann.pub").ends(3).says("nobody has signed");
    verify(&bench, "c.stillwatch", "ann.pub").ends(2).says("packages are signed");
    verify(&bench, "one", "nobody.pub").ends(1).says("no public key of minisign");
}

#[test]
fn a_locked_key_wants_its_password_and_without_it_nothing_is_written() {
    let bench = bench();
    let KeyPair { sk, .. } = KeyPair::generate_encrypted_keypair(Some("open".into())).unwrap();
    bench.file("locked.key", sk.to_box(None).unwrap().to_string());
    for key in ["locked.key", "ann.pub", "a.jsonl", "nowhere.key"] {
        export(&bench, "out", &["--sign", key]).ends(1).says(key);
        assert!(!bench.path("out").exists(), "{key}");
    }
    let with = |password: &str| {
        let arguments =
            ["export", "c.stillwatch", "--only", "csv", "--out", "out", "--sign", "locked.key"];
        let mut command = bench.command(&arguments);
        command.env("STILLWATCH_SIGN_PASSWORD", password).output().unwrap().status.code()
    };
    assert_eq!(with("shut"), Some(1));
    assert!(!bench.path("out").exists());
    assert_eq!(with("open"), Some(0));
}
