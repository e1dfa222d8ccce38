//! The house stands as ARCHITECTURE.md draws it: every source file is read and held against `rules`.

mod cases;
mod rules;
mod source;
mod token;

use std::fs;
use std::path::Path;

/// Where our own Rust stands; a folder that is not there has no files.
const FOLDERS: [&str; 4] = ["src", "migration/src", "tests/api", "bench"];

#[test]
fn the_house_holds_its_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(root, Path::new(folder), &mut files);
    }
    files.sort();
    assert!(
        files.iter().any(|(path, _)| path == "src/lib.rs"),
        "no src/lib.rs under {}",
        root.display()
    );

    let found = rules::findings(&files);
    assert!(
        found.is_empty(),
        "{} breaches of the house's rules:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Every `.rs` file under `folder`, as (path from the root, text).
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        return;
    };
    for entry in entries {
        let entry = entry.expect("a folder can be listed");
        let path = folder.join(entry.file_name());
        if entry.file_type().expect("an entry has a type").is_dir() {
            if entry.file_name() != "target" && entry.file_name() != "node_modules" {
                collect(root, &path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(root.join(&path)).expect("a source file is UTF-8");
            files.push((path.to_string_lossy().replace('\\', "/"), text));
        }
    }
}
