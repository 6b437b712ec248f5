//! What only the compiler itself can make: genuine code of another world.

use std::path::Path;

use snapbox::{assert_data_eq, str};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::MapError;
use crate::{Runtime, RuntimeOptions, Target};

/// What is said of a component of this world, compiled without a look at the world.
fn refused(wit: &str, module: &str) -> (MapError, String) {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("test.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some("w")).unwrap();
    let mut module = wat::parse_str(module).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let component = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();

    let runtime = Runtime::new(RuntimeOptions::default().with_pooling(false)).unwrap();
    let compiled = runtime.compile("probe", &component, Target::host().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("probe.cwasm");
    std::fs::write(&path, &compiled.code).unwrap();
    let error = runtime.map(&path, &compiled.packed).unwrap_err();
    let text = error.to_string().replace(&*folder.path().to_string_lossy(), "plugins");
    (error, text)
}

#[test]
fn code_of_another_world_is_told_what_it_exports() {
    let (error, text) = refused(
        "package a:b; interface run { run: func(); } world w { export run; }",
        r#"(module (func (export "a:b/run#run")))"#,
    );
    assert!(matches!(error, MapError::Contract { .. }));
    assert_data_eq!(
        text,
        str![[
            r#"the plugin plugins/probe.cwasm does not fit: plugin "probe" exports a:b/run: neither a validator nor a program's entry; export greenlight:hook/validator@0.1.0 as the world greenlight:hook/hook@0.1.0 says, or wasi:cli/run@0.2 as a program does; then repack it with `greenlight hook pack`"#
        ]]
    );
}

#[test]
fn code_of_a_newer_contract_is_told_to_come_with_a_newer_host() {
    let (error, text) = refused(
        "package greenlight:hook@0.2.0; interface validator { validate: func(); } world w { export validator; }",
        r#"(module (func (export "greenlight:hook/validator@0.2.0#validate")))"#,
    );
    assert!(matches!(error, MapError::Newer { .. }));
    assert_data_eq!(
        text,
        str![
            "the plugin plugins/probe.cwasm uses greenlight:hook/validator@0.2.0, and this host speaks version 0.1.0 of greenlight:hook; repack it with the `greenlight hook pack` and the Lambda host of a newer release"
        ]
    );
}

#[test]
fn a_module_is_no_component_even_with_its_digest() {
    use sha2::{Digest, Sha256};

    let runtime = Runtime::new(RuntimeOptions::default().with_pooling(false)).unwrap();
    let module = runtime.engine().precompile_module(&wat::parse_str("(module)").unwrap()).unwrap();
    let host = Target::host().unwrap();
    let digest = hex::encode(Sha256::digest(&module));
    let packed = crate::suite::Packed::new(&digest, &digest, runtime.engine_hash(host), host.triple());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("probe.cwasm");
    std::fs::write(&path, module).unwrap();
    let error = runtime.map(Path::new(&path), &packed).unwrap_err();
    assert!(matches!(&error, MapError::Refused { .. }), "{error}");
    let text = error.to_string().replace(&*folder.path().to_string_lossy(), "plugins");
    assert_data_eq!(
        text,
        str![
            "the plugin plugins/probe.cwasm cannot be mapped: incompatible object file format; repack it with `greenlight hook pack`"
        ]
    );
}
