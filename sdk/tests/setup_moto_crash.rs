//! A set-up or a clean-up that is killed after any of its changes leaves nothing that a clean-up does not find.

use crate::setup_support::{APPSPEC, Account, left, whole};

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_up_after_a_crash_at_any_change_leaves_nothing() {
    let account = Account::new().await;
    let before = left(&account).await;
    whole(&account, APPSPEC).apply().await.unwrap();
    let changes = account.front.changes();
    whole(&account, APPSPEC).teardown().await.unwrap();
    assert_eq!(left(&account).await, before);
    assert!(changes.len() >= 10, "{changes:?}");

    for crash in 0..changes.len() {
        account.front.fall_silent_after(crash);
        let error = whole(&account, APPSPEC).apply().await.unwrap_err();
        account.front.mend();
        assert!(error.to_string().ends_with("had no answer; to set up again is safe"), "{error}");
        whole(&account, APPSPEC).teardown().await.unwrap();
        assert_eq!(left(&account).await, before, "after {:?}", changes.get(..crash));
    }
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_goes_on_after_a_crash_at_any_change() {
    let account = Account::new().await;
    let before = left(&account).await;
    whole(&account, APPSPEC).apply().await.unwrap();
    let (changes, made) = (account.front.changes().len(), left(&account).await);
    whole(&account, APPSPEC).teardown().await.unwrap();

    for crash in 0..changes {
        account.front.fall_silent_after(crash);
        whole(&account, APPSPEC).apply().await.unwrap_err();
        account.front.mend();
        let appspec = whole(&account, APPSPEC).apply().await.unwrap().value.unwrap();
        let seen = left(&account).await;
        assert_eq!(seen.len(), made.len(), "{seen:?}");
        drop(account.front.changes());
        assert!(whole(&account, appspec.as_str()).apply().await.unwrap().changes.is_empty());
        assert_eq!(account.front.changes(), Vec::<String>::new());
        whole(&account, APPSPEC).teardown().await.unwrap();
        assert_eq!(left(&account).await, before);
    }
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_up_goes_on_after_a_crash_at_any_change() {
    let account = Account::new().await;
    let before = left(&account).await;
    whole(&account, APPSPEC).apply().await.unwrap();
    drop(account.front.changes());
    whole(&account, APPSPEC).teardown().await.unwrap();
    let changes = account.front.changes();
    assert!(changes.len() >= 8, "{changes:?}");

    for crash in 0..changes.len() {
        whole(&account, APPSPEC).apply().await.unwrap();
        account.front.fall_silent_after(crash);
        whole(&account, APPSPEC).teardown().await.unwrap_err();
        account.front.mend();
        whole(&account, APPSPEC).teardown().await.unwrap();
        assert_eq!(left(&account).await, before, "after {:?}", changes.get(..crash));
    }
    account.endpoint.shutdown().await;
}
