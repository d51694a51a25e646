//! Whether combinations of events have the shares asked for.

use super::*;

/// The shares of combinations fit what was asked for, and without need nothing departs from independence.
#[test]
fn combinations_have_the_shares_asked_for() {
    let shares = [0.3, 0.4, 0.5, 0.2];
    let pairs = [(0, 1, 0.2), (2, 1, 0.1), (0, 2, 0.12)];
    let cells = cells(&shares, &pairs).unwrap();
    let sum = |bits: usize| -> f64 { (0..16).filter(|cell| cell & bits == bits).map(|cell| cells[cell]).sum() };
    let expected =
        [(8, 0.3), (4, 0.4), (2, 0.5), (1, 0.2), (12, 0.2), (6, 0.1), (10, 0.12), (9, 0.06), (5, 0.08), (3, 0.1)];
    for (bits, share) in expected {
        assert!((sum(bits) - share).abs() < 1e-12, "{bits:b}: {} {share}", sum(bits));
    }
    // A fourth event of which nothing is said is independent of all combinations of the others.
    for cell in (0..16).step_by(2) {
        assert!((cells[cell + 1] * 0.8 - cells[cell] * 0.2).abs() < 1e-13);
    }
}

/// One in two of three events each, one in six of each pair: as 3 / 2 - 3 / 6 = 1 always one or two of them happen.
#[test]
fn combinations_without_room_vanish() {
    let cells = cells(&[0.5; 3], &[(0, 1, 1.0 / 6.0), (0, 2, 1.0 / 6.0), (1, 2, 1.0 / 6.0)]).unwrap();
    assert!(cells[0] == 0.0 && cells[7] == 0.0);
    assert!(cells[1..7].iter().all(|cell| (cell - 1.0 / 6.0).abs() < 1e-12), "{cells:?}");
}
