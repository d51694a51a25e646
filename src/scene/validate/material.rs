//! Materials and colours.

use super::super::syntax::Cursor;
use super::super::{Adjust, Asset, Color, Material, Number, TextureSource, Wear, limits};
use super::Checker;
use super::number::Rule;

impl Checker<'_> {
    /// A material.
    pub(super) fn material(&mut self, at: &Cursor, material: &Material) {
        let numbers = [
            ("roughness", &material.roughness, Rule::within("a roughness", limits::ROUGHNESS)),
            ("metallic", &material.metallic, Rule::within("a metallic share", limits::SHARE)),
            ("opacity", &material.opacity, Rule::within("an opacity", limits::SHARE)),
            ("texture_size_m", &material.texture_size_m, Rule::size("a texture size")),
            ("luminance_cd_per_m2", &material.luminance_cd_per_m2, Rule::within("a luminance", limits::LUMINANCE)),
        ];
        for (name, number, rule) in numbers {
            if let Some(number) = number {
                self.number(&at.field(name), number, &rule);
            }
        }
        if let Some(wear) = &material.wear {
            let at = at.field("wear");
            let Wear { dust, dirt, scratches, rust, stains, salt } = wear;
            let layers = [
                ("dust", dust),
                ("dirt", dirt),
                ("scratches", scratches),
                ("rust", rust),
                ("stains", stains),
                ("salt", salt),
            ];
            self.optional(&at, &layers, &Rule::within("an amount", limits::SHARE));
        }
        if let Some(adjust) = &material.adjust {
            let at = at.field("adjust");
            let Adjust { hue_deg, saturation, brightness, roughness, normal_strength } = adjust;
            let factors = [
                ("saturation", saturation),
                ("brightness", brightness),
                ("roughness", roughness),
                ("normal_strength", normal_strength),
            ];
            self.optional(&at, &factors, &Rule::within("a factor", limits::ADJUSTMENT));
            self.optional(&at, &[("hue_deg", hue_deg)], &Rule::angle("a turn of the hue"));
        }
        if let Some(flag) = &material.seen_through {
            self.flag(&at.field("seen_through"), flag);
        }
        if let Some(color) = &material.base_color {
            self.pick(&at.field("base_color"), color, Self::color);
        }
        if let Some(texture) = &material.texture {
            self.pick(&at.field("texture"), texture, Self::texture);
        }
    }

    /// Numbers that may be left out.
    fn optional(&mut self, at: &Cursor, numbers: &[(&str, &Option<Number>)], rule: &Rule) {
        for (name, number) in numbers {
            if let Some(number) = number {
                self.number(&at.field(name), number, rule);
            }
        }
    }

    /// A colour.
    pub(super) fn color(&mut self, at: &Cursor, color: &Color) {
        const SHARE: Rule = Rule::within("a colour component", limits::SHARE);
        match color {
            Color::Hex(text) => {
                let digits = text.strip_prefix('#').unwrap_or("");
                if !(matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
                    let message = format!("{text:?} is not a colour");
                    self.error(&at.argument(0), "scene::color", message, "expected `#` and 6 hexadecimal digits");
                }
            }
            Color::Srgb(r, g, b) | Color::Linear(r, g, b) => {
                for (index, component) in [r, g, b].into_iter().enumerate() {
                    self.number(&at.argument(index), component, &SHARE);
                }
            }
            Color::Oklch(lightness, chroma, hue) => {
                self.number(&at.argument(0), lightness, &SHARE);
                self.number(&at.argument(1), chroma, &Rule::between("a chroma", 0.0, 0.4));
                self.number(&at.argument(2), hue, &Rule::angle("a hue"));
            }
            Color::Kelvin(temperature) => {
                let temperatures = Rule::within("a temperature", limits::TEMPERATURE);
                self.number(&at.argument(0), temperature, &temperatures);
            }
            Color::Hsv(hue, saturation, value) => {
                self.number(&at.argument(0), hue, &Rule::angle("a hue"));
                self.number(&at.argument(1), saturation, &SHARE);
                self.number(&at.argument(2), value, &SHARE);
            }
        }
    }

    fn texture(&mut self, at: &Cursor, texture: &TextureSource) {
        let at = &at.argument(0);
        match texture {
            TextureSource::Plain => {}
            TextureSource::Library(name) if self.library.has_texture(name) => {}
            TextureSource::Library(name) => {
                let library = self.library;
                self.unknown(at, "scene::unknown_texture", "texture", name, &library.texture_names());
            }
            TextureSource::Image(path) => self.file(at, path, Asset::Image),
        }
    }
}
