//! Values written down once: a change of algorithm changes what every seed means, and must be meant.
//!
//! The streams and the first numbers were found by other means too: SHA-256 and ChaCha8 written in Python, and the
//! distributions inverted with sixty digits (which agree to the last bit but one).

use super::super::stream::Cursor;
use super::*;

#[test]
fn streams() {
    let mut stream = Cursor::new(0, 0).stream();
    assert_eq!([stream.bits(), stream.bits()], [5_822_943_226_865_074_133, 3_308_598_670_577_124_074]);
    let cursor = Cursor::new(1, 2).child("objects").numbered("mug", 2).child("material").child("roughness");
    assert_eq!(cursor.stream().bits(), 13_390_466_785_913_177_127);
}

#[test]
fn draws() {
    let cursor = Cursor::new(42, 7).child("value");
    let draw = |number: Number| cursor.number(&number).unwrap();
    let normal = |min, max| Number::Normal { mean: 0.5, std_dev: 0.25, min, max };
    assert_eq!(cursor.stream().unit(), 0.259_496_903_363_662_4);
    assert_eq!(draw(uniform(-2.0, 3.0)), -0.702_515_483_181_688_1);
    assert_eq!(draw(Number::LogUniform(0.01, 10.0)), 0.060_046_916_425_076_12);
    assert_eq!(draw(normal(0.0, 1.0)), 0.347_129_191_850_634_3);
    assert_eq!(draw(normal(3.0, f64::INFINITY)), 3.007_426_856_512_995);
    let nested = Number::Choice(choice([(1.0, constant(1.0)), (9.0, uniform(2.0, 3.0))]));
    assert_eq!(draw(nested), 2.986_843_560_649_991);
    assert_eq!(cursor.count(&Count(uniform(0.0, 1000.0))).unwrap(), 259);
    let rotation = cursor.orientation(&free()).unwrap();
    assert_eq!(rotation.rotation.to_array(), [-0.715_817_9, -0.585_517_9, 0.220_284_13, -0.310_239_32]);
}

#[test]
fn a_scene() {
    let scene = drawn(&tabletop(), 42, 7);
    assert_eq!(scene.instances.len(), 16);
    assert_eq!(scene.cameras[0].position_m.to_array(), [2.294_056_4, 1.808_007_8, -0.684_406_6]);
    let cup = instance(&scene, "cup#1");
    assert_eq!(cup.start.position_m.to_array(), [0.764_574_9, 1.137_064_6, -0.363_506_7]);
    assert_eq!(cup.material.base_color, Some([0.020_580_491, 0.625_909_4, 0.561_787_25]));
}
