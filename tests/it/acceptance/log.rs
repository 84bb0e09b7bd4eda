//! What is logged while a scenario runs.

use std::io;
use std::sync::{Arc, Mutex};

/// The lines from `INFO` on, of whatever runs in the scenario's own task.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// What writes into it.
    pub fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish()
    }

    /// How many lines say this.
    pub fn count(&self, words: &str) -> usize {
        let bytes = self.0.lock().expect("nobody panicked");
        String::from_utf8_lossy(&bytes).lines().filter(|line| line.contains(words)).count()
    }
}
