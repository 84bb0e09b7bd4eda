//! The conversation: what people type in a chat of each medium and role, and what they read then.
//!
//! Everything is real but the providers: a [`Talk`] hears as `hear` hears, answers, and delivers through lanes whose
//! channels only write down what they were given, in each medium's own dialect, with its choices. What a scenario does
//! not take out of [`Talk::ask`] fails it.

mod access;
mod codes;
mod free;
mod lines;
mod names;
mod talk;

pub use talk::{Said, Talk, unit};

/// Makes two tests of each scenario: `name::sqlite` and `name::postgres`.
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            #[tokio::test]
            async fn sqlite() {
                let mut talk = crate::conversation::Talk::on_sqlite().await;
                super::$name(&mut talk).await;
                talk.end().await;
            }

            #[tokio::test]
            async fn postgres() {
                let mut talk = crate::conversation::Talk::on_postgres().await;
                super::$name(&mut talk).await;
                talk.end().await;
            }
        })+
    };
}
use scenarios;
