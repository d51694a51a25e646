//! Against published figures.

use super::super::super::tests::*;
use super::*;

const CONTACTS: [Contact; 3] = [Contact::Tyre, Contact::Footwear, Contact::Hard];

#[test]
fn ground_is_as_slippery_as_was_measured() {
    let tyre = |water, snow, ice| 0.85 * friction_factor(Contact::Tyre, water, snow, ice);
    // Wet 0.5–0.7, packed snow 0.20–0.30, ice 0.10–0.15 and wet ice 0.05–0.10.
    for (friction, least, most) in [
        (tyre(0.0, 0.0, 0.0), 0.8, 1.0),
        (tyre(0.2, 0.0, 0.0), 0.5, 0.7),
        (tyre(1.5, 0.0, 0.0), 0.5, 0.7),
        (tyre(0.0, 0.05, 0.0), 0.2, 0.3),
        (tyre(0.0, 0.05, 1.0), 0.15, 0.25),
        (tyre(0.0, 0.0, 1.0), 0.1, 0.15),
        (tyre(0.5, 0.0, 1.0), 0.05, 0.1),
    ] {
        assert!((least - 1e-12..=most + 1e-12).contains(&friction), "{friction} is not within {least} and {most}");
    }
    let sole = |water, snow, ice| 0.7 * friction_factor(Contact::Footwear, water, snow, ice);
    assert_close(sole(0.5, 0.0, 0.0), 0.5, 1e-12, "wet");
    assert_close(sole(0.5, 0.0, 1.0), 0.05, 1e-12, "wet ice");
    assert_close(sole(0.0, 0.0, 1.0), 0.1, 1e-12, "cold ice");
}

#[test]
fn weather_takes_grip_and_never_gives_any() {
    for contact in CONTACTS {
        assert_eq!(friction_factor(contact, 0.0, 0.0, 0.0), 1.0);
        let steps = || (0..=40).map(|step| f64::from(step) / 40.0);
        let falls = |values: Vec<f64>| assert_rising(&values.iter().map(|value| -value).collect::<Vec<_>>(), "grip");
        falls(steps().map(|share| friction_factor(contact, 3.0 * share, 0.0, 0.0)).collect());
        falls(steps().map(|share| friction_factor(contact, 3.0 * share, 0.0, 0.7)).collect());
        falls(steps().map(|share| friction_factor(contact, 0.3, 0.0, share)).collect());
        falls(steps().map(|share| friction_factor(contact, 0.0, 0.02 * share, 0.0)).collect());
    }
}

#[test]
fn odd_numbers_give_shares() {
    for one in ODD {
        for other in ODD {
            for third in ODD {
                for contact in CONTACTS {
                    let factor = friction_factor(contact, one, other, third);
                    assert!((0.0..=1.0).contains(&factor), "{contact:?}, {one}, {other}, {third}: {factor}");
                }
            }
        }
    }
}
