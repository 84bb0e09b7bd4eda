//! A database that goes away: calls fail in bounded time, and work goes on when it is back.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_postgresql_is_used_again() {
    let cluster = crate::postgres::dedicated_cluster().await;
    let database = cluster.database().await;
    let store = open(database.url()).await;
    store.set_cursor("poll", "1", at(0)).await.unwrap();
    cluster.stop().await;
    assert!(store.set_cursor("poll", "2", at(1)).await.is_err());
    cluster.start().await;
    // Connections that died with the server are found dead and replaced.
    store.set_cursor("poll", "3", at(2)).await.unwrap();
    assert_eq!(store.cursor("poll").await.unwrap().as_deref(), Some("3"));
}
