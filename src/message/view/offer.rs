//! Offers: commands to choose from, by button or by number.

use crate::domain::delivery::Choice;
use serde::Serialize;

/// One of several commands.
#[derive(Clone, Debug, Serialize)]
pub struct OfferView {
    /// From 1.
    pub number: usize,
    /// "Số hóa hồ sơ".
    pub label: String,
    #[serde(skip)]
    command: String,
}

/// Commands to choose from.
#[derive(Clone, Debug, Serialize)]
pub struct OffersView {
    /// In the order of their numbers.
    pub offers: Vec<OfferView>,
    /// "1, 2 hoặc 3": the numbers that may be typed.
    pub numbers: String,
}

impl OffersView {
    /// Of labels with the commands behind them; none of none.
    #[must_use]
    pub fn of(offers: impl IntoIterator<Item = (String, String)>) -> Option<Self> {
        let offer = |((label, command), number)| OfferView { number, label, command };
        let offers: Vec<OfferView> = offers.into_iter().zip(1..).map(offer).collect();
        let numbers = super::chat::numbers_vi(offers.len())?;
        Some(Self { offers, numbers })
    }

    /// What a medium with buttons shows.
    pub(crate) fn choices(&self) -> Vec<Choice> {
        let choice = |offer: &OfferView| Choice { label: offer.label.clone(), command: offer.command.clone() };
        self.offers.iter().map(choice).collect()
    }
}
