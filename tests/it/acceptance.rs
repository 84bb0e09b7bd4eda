//! The whole job, from figures to what people read: put figures in, let time pass, read what each chat received, and
//! nothing else was sent.
//!
//! Everything is real except the outside world: the services' steps, the embedded catalog and messages, both databases,
//! the web chats of the page, and the Telegram channel against the fake, whose limits follow the test's clock. A
//! scenario is a function of a [`World`]; [`scenarios!`] makes a test of it for each database. What a scenario does not
//! take out of a [`Post`] fails it, and so does what arrives after its end.
//!
//! What is absent: the loops of `app` (they only sleep and call these steps), HTTP pages, and sources that are polled.

mod behind;
mod boards;
mod choosing;
mod commands;
mod correcting;
mod dying;
pub mod figures;
mod linking;
mod log;
mod muting;
mod outbox;
mod pictures;
mod post;
mod promising;
mod publishing;
mod reaching;
mod registry;
mod routes;
mod scheduling;
mod sources;
mod stalling;
mod suspicion;
mod telling;
mod trouble;
mod trust;
mod unknown;
mod updates;
mod uploads;
mod world;

use figures::{Report, june};
use post::Post;
use world::World;

/// Makes two tests of each scenario: `name::sqlite` and `name::postgres`.
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let mut world = crate::acceptance::World::on_sqlite().await;
                super::$name(&mut world).await;
                world.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let mut world = crate::acceptance::World::on_postgres().await;
                super::$name(&mut world).await;
                world.end().await;
            }
        })+
    };
}
use scenarios;
