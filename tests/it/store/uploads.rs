//! Files that wait: kept once, settled once, and not kept longer than they wait.

use super::*;
use chitieu::domain::upload::{UPLOADS_MOST, UploadState};
use chitieu::store::{NewUpload, Settlement};

fn new<'a>(id: &'a str, hash: &'a str, now: DateTime<Utc>) -> NewUpload<'a> {
    NewUpload {
        id,
        name: "Phụ lục.xlsx",
        brought_by: "Tổ chỉ tiêu",
        expires_at: now + Duration::hours(24),
        hash,
        understood: "u",
        bytes: b"PK\x03\x04\0\xff",
        now,
    }
}

fn settled(number: i64, state: UploadState, now: DateTime<Utc>) -> Settlement<'static> {
    Settlement { number, state, by: "An", inbound: None, recorded: &[], act: None, now }
}

promise! {
    async fn a_file_is_kept_once_and_settled_once(db) {
        let store = &db.store;
        assert_eq!(store.add_upload(new("a", "1", at(0))).await.unwrap(), Some(1));
        assert_eq!(store.add_upload(new("a", "2", at(1))).await.unwrap(), Some(1), "the same message");
        assert_eq!(store.add_upload(new("b", "1", at(1))).await.unwrap(), Some(1), "the same bytes");
        assert_eq!(store.add_upload(new("c", "3", at(2))).await.unwrap(), Some(2));
        assert_eq!(store.upload_bytes(1).await.unwrap().as_deref(), Some(&b"PK\x03\x04\0\xff"[..]));
        let waiting = store.waiting_uploads(at(3)).await.unwrap();
        assert_eq!(waiting.iter().map(|upload| upload.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((waiting[0].name.as_str(), waiting[0].state), ("Phụ lục.xlsx", UploadState::Waiting));

        assert!(store.settle_upload(settled(1, UploadState::Accepted, at(4))).await.unwrap());
        assert!(!store.settle_upload(settled(1, UploadState::Dropped, at(5))).await.unwrap());
        assert_eq!(store.upload(1).await.unwrap().unwrap().state, UploadState::Accepted);
        assert_eq!(store.upload_bytes(1).await.unwrap(), None);
        // The same bytes later are another file; the same message never is.
        assert_eq!(store.add_upload(new("d", "1", at(6))).await.unwrap(), Some(3));
        assert_eq!(store.add_upload(new("a", "1", at(6))).await.unwrap(), Some(1));

        let later = at(86_400 + 3);
        assert_eq!(store.waiting_uploads(later).await.unwrap().len(), 1);
        assert_eq!(store.expire_uploads(later).await.unwrap(), 1);
        assert_eq!(store.upload(2).await.unwrap().unwrap().state, UploadState::Expired);
        assert_eq!(store.upload_bytes(2).await.unwrap(), None);
        assert_eq!(store.upload(9).await.unwrap(), None);
    }
}

promise! {
    async fn only_so_many_files_wait(db) {
        for number in 0..UPLOADS_MOST {
            let id = number.to_string();
            assert!(db.store.add_upload(new(&id, &id, at(0))).await.unwrap().is_some());
        }
        assert_eq!(db.store.add_upload(new("one more", "x", at(1))).await.unwrap(), None);
        assert!(db.store.settle_upload(settled(1, UploadState::Dropped, at(2))).await.unwrap());
        assert!(db.store.add_upload(new("one more", "x", at(3))).await.unwrap().is_some());
    }
}

promise! {
    /// Whose message decided is known before and after, with what came of it; what is being decided upon is not late.
    async fn a_file_that_is_decided_upon_stays_until_it_is_settled(db) {
        let store = &db.store;
        let number = store.add_upload(new("a", "1", at(0))).await.unwrap().unwrap();
        assert_eq!(store.upload_decided_by("message").await.unwrap(), None);
        store.decide_upload(number, Some("message")).await.unwrap();
        let deciding = store.upload_decided_by("message").await.unwrap().unwrap();
        assert_eq!((deciding.id.as_str(), deciding.state), ("a", UploadState::Waiting));
        let later = at(86_400);
        assert_eq!(store.expire_uploads(later).await.unwrap(), 0);
        let recorded = [("s1".to_owned(), false), ("s2".to_owned(), true)];
        let inbound = Some("message");
        let accepted = Settlement { inbound, recorded: &recorded, ..settled(number, UploadState::Accepted, later) };
        assert!(store.settle_upload(accepted).await.unwrap());
        store.decide_upload(number, None).await.unwrap();
        let decided = store.upload_decided_by("message").await.unwrap().unwrap();
        assert_eq!((decided.state, decided.recorded), (UploadState::Accepted, recorded.to_vec()));
        // Given back, it ends like any other.
        let number = store.add_upload(new("b", "2", at(0))).await.unwrap().unwrap();
        store.decide_upload(number, Some("other")).await.unwrap();
        store.decide_upload(number, None).await.unwrap();
        assert_eq!(store.expire_uploads(later).await.unwrap(), 1);
    }
}
