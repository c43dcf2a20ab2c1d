//! What printpdf lacks, put on its objects: fonts from the shared subsets, pictures, the structure tree, links, the
//! document's language and title, and a file identifier that comes from the content alone.

use lopdf::{Dictionary, Object, ObjectId, SaveOptions, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use super::draw::{self, Drawn, Element, Kid, Link};
use super::fonts::{self, Subset};
use super::image;
use super::layout::{Document, PdfError, Role, Scope};

/// Fast, and within a few percent of the smallest.
const LEVEL: u32 = 4;

/// See [`super::layout::to_bytes`].
pub fn to_bytes(document: &Document) -> Result<Vec<u8>, PdfError> {
    let Drawn { mut pdf, fonts, images, forms, elements, links } = draw::draw(document)?;
    let pages: Vec<ObjectId> = pdf.page_iter().collect();
    let mut hash = Sha256::new();
    for text in [&document.title, &document.language, &document.author] {
        hash.update(text.as_bytes());
        hash.update([0]);
    }

    let mut font_names = Dictionary::new();
    for (name, subset) in &fonts {
        hash.update(subset.name.as_bytes());
        font_names.set(*name, Object::Reference(add_font(&mut pdf, subset)));
    }
    let mut picture_names = Dictionary::new();
    for (number, picture) in images.iter().enumerate() {
        hash.update(image::bytes(picture));
        picture_names.set(format!("I{number}"), Object::Reference(image::add(&mut pdf, picture)));
    }
    for (number, form) in forms.into_iter().enumerate() {
        let content = fonts::deflate(&form.content, LEVEL);
        hash.update(&content);
        let dictionary = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => form.bounds.map(Object::Real).to_vec(),
            "Resources" => Dictionary::new(),
        };
        let id = pdf.add_object(compressed_stream(dictionary, content));
        picture_names.set(format!("F{number}"), Object::Reference(id));
    }
    let resources = pdf.add_object(dictionary! { "Font" => font_names, "XObject" => picture_names });

    let mut annotations = Vec::new();
    for (number, link) in links.iter().enumerate() {
        let annotation = pdf.add_object(annotation(link, pages.len() + number));
        annotations.push(annotation);
    }
    for (number, page) in pages.iter().enumerate() {
        finish_page(&mut pdf, *page, number, resources, &mut hash)?;
        let own = links.iter().zip(&annotations).filter(|(link, _)| link.page == number);
        let own: Vec<Object> = own.map(|(_, id)| Object::Reference(*id)).collect();
        if !own.is_empty() {
            page_dictionary(&mut pdf, *page)?.set("Annots", own);
        }
    }
    let tree = StructureTree::build(&mut pdf, &pages, &annotations, &elements);
    catalog(&mut pdf, document, tree)?;

    let id: Vec<u8> = hash.finalize().iter().take(16).copied().collect();
    let id = Object::String(id, StringFormat::Hexadecimal);
    let info = Object::Dictionary(info(document));
    let info = pdf.add_object(info);
    pdf.trailer.set("Info", info);
    pdf.trailer.set("ID", vec![id.clone(), id]);
    pdf.version = "1.7".to_owned();
    write(pdf)
}

fn write(mut pdf: lopdf::Document) -> Result<Vec<u8>, PdfError> {
    let mut bytes = Vec::with_capacity(48 * 1024);
    let options =
        SaveOptions::builder().use_object_streams(true).use_xref_streams(true).compression_level(LEVEL);
    let options = options.max_objects_per_stream(2000).build();
    pdf.save_with_options(&mut bytes, options).map_err(|error| PdfError::Write(error.to_string()))?;
    Ok(bytes)
}

fn page_dictionary(pdf: &mut lopdf::Document, page: ObjectId) -> Result<&mut Dictionary, PdfError> {
    pdf.get_dictionary_mut(page).map_err(|error| PdfError::Write(error.to_string()))
}

/// Compresses a page's content, and lets the page name the shared resources in place of printpdf's empty ones.
fn finish_page(
    pdf: &mut lopdf::Document,
    page: ObjectId,
    number: usize,
    resources: ObjectId,
    hash: &mut Sha256,
) -> Result<(), PdfError> {
    let dictionary = page_dictionary(pdf, page)?;
    let contents = dictionary.get(b"Contents").and_then(Object::as_reference).ok();
    let empty = dictionary.get(b"Resources").and_then(Object::as_reference).ok();
    for key in ["TrimBox", "CropBox", "Annots"] {
        dictionary.remove(key.as_bytes());
    }
    dictionary.set("Resources", resources);
    dictionary.set("StructParents", number as i64);
    dictionary.set("Tabs", "S");
    if let Some(Object::Dictionary(empty)) = empty.and_then(|id| pdf.objects.remove(&id)) {
        for (_, names) in empty.iter() {
            names.as_reference().ok().and_then(|id| pdf.objects.remove(&id));
        }
    }
    if let Some(Object::Stream(stream)) = contents.and_then(|id| pdf.objects.get_mut(&id)) {
        let compressed = fonts::deflate(&stream.content, LEVEL);
        hash.update(&compressed);
        *stream = compressed_stream(Dictionary::new(), compressed);
    }
    Ok(())
}

/// A stream whose content is deflated already.
pub fn compressed_stream(mut dictionary: Dictionary, content: Vec<u8>) -> Stream {
    dictionary.set("Filter", "FlateDecode");
    Stream::new(dictionary, content).with_compression(false)
}

fn catalog(pdf: &mut lopdf::Document, document: &Document, tree: ObjectId) -> Result<(), PdfError> {
    let catalog = pdf.catalog_mut().map_err(|error| PdfError::Write(error.to_string()))?;
    catalog.remove(b"PageLayout");
    catalog.remove(b"PageMode");
    catalog.set("Lang", text(&document.language));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("StructTreeRoot", tree);
    Ok(())
}

fn info(document: &Document) -> Dictionary {
    let mut info = dictionary! { "Title" => text(&document.title), "Producer" => text("rights-academy") };
    if !document.author.is_empty() {
        info.set("Author", text(&document.author));
    }
    info
}

/// A text string: plain where it is ASCII, else UTF-16 (PDF 32000-1, 7.9.2.2).
fn text(text: &str) -> Object {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    }
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    Object::String([0xfe, 0xff].into_iter().chain(units).collect(), StringFormat::Hexadecimal)
}

/// A composite font whose codes are the subset's glyph numbers (PDF 32000-1, 9.7).
fn add_font(pdf: &mut lopdf::Document, subset: &Subset) -> ObjectId {
    let program = dictionary! { "Subtype" => "CIDFontType0C" };
    let program = pdf.add_object(compressed_stream(program, subset.program.clone()));
    let to_unicode = pdf.add_object(compressed_stream(Dictionary::new(), subset.to_unicode.clone()));
    let metrics = &subset.metrics;
    let bounds: Vec<Object> = metrics.bounds.iter().map(|bound| i64::from(*bound).into()).collect();
    let descriptor = pdf.add_object(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => Object::Name(subset.name.clone().into_bytes()),
        // Symbolic, as the codes follow no standard encoding; serif; slanted where it is.
        "Flags" => 0b110 | if metrics.italic_angle == 0 { 0 } else { 1 << 6 },
        "FontBBox" => bounds,
        "ItalicAngle" => i64::from(metrics.italic_angle),
        "Ascent" => i64::from(metrics.ascent),
        "Descent" => i64::from(metrics.descent),
        "CapHeight" => i64::from(metrics.capital_height),
        "StemV" => i64::from(metrics.stem),
        "FontFile3" => program,
    });
    let widths: Vec<Object> = subset.widths.iter().map(|width| i64::from(*width).into()).collect();
    let descendant = pdf.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType0",
        "BaseFont" => Object::Name(subset.name.clone().into_bytes()),
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"),
            "Ordering" => Object::string_literal("Identity"),
            "Supplement" => 0,
        },
        "W" => vec![0.into(), widths.into()],
        "DW" => 1000,
        "FontDescriptor" => descriptor,
    });
    pdf.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => Object::Name(subset.name.clone().into_bytes()),
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![descendant.into()],
        "ToUnicode" => to_unicode,
    })
}

fn annotation(link: &Link, parent: usize) -> Dictionary {
    dictionary! {
        "Type" => "Annot",
        "Subtype" => "Link",
        "Rect" => link.area.map(Object::Real).to_vec(),
        "Border" => vec![0.into(), 0.into(), 0.into()],
        "F" => 4,
        "Contents" => text(&link.says),
        "StructParent" => parent as i64,
        "A" => dictionary! {
            "Type" => "Action",
            "S" => "URI",
            "URI" => Object::string_literal(link.address.as_str()),
        },
    }
}

/// The structure tree while it grows (PDF 32000-1, 14.7).
struct StructureTree<'a> {
    pdf: &'a mut lopdf::Document,
    pages: &'a [ObjectId],
    annotations: &'a [ObjectId],
    /// By page, by number of its marked content: the element that holds it.
    holders: Vec<Vec<Object>>,
    /// By link: the element that holds it.
    link_holders: Vec<Object>,
}

impl StructureTree<'_> {
    fn build(
        pdf: &mut lopdf::Document,
        pages: &[ObjectId],
        annotations: &[ObjectId],
        elements: &[Element],
    ) -> ObjectId {
        let (root, document) = (pdf.new_object_id(), pdf.new_object_id());
        let holders = vec![Vec::new(); pages.len()];
        let link_holders = vec![Object::Null; annotations.len()];
        let mut tree = StructureTree { pdf, pages, annotations, holders, link_holders };
        let kids: Vec<Object> = elements.iter().map(|element| tree.add(element, document)).collect();
        let contents = tree.holders.into_iter().map(Object::Array).chain(tree.link_holders);
        let numbers: Vec<Object> =
            contents.enumerate().flat_map(|(key, holder)| [Object::from(key as i64), holder]).collect();
        let next = (pages.len() + annotations.len()) as i64;
        pdf.set_object(document, dictionary! { "S" => "Document", "P" => root, "K" => kids });
        let parents = pdf.add_object(dictionary! { "Nums" => numbers });
        let root_dictionary = dictionary! {
            "Type" => "StructTreeRoot",
            "K" => vec![document.into()],
            "ParentTree" => parents,
            "ParentTreeNextKey" => next,
        };
        pdf.set_object(root, root_dictionary);
        root
    }

    fn add(&mut self, element: &Element, parent: ObjectId) -> Object {
        let id = self.pdf.new_object_id();
        let mut dictionary = dictionary! { "S" => draw::tag(&element.role), "P" => parent };
        if let Some(page) = self.pages.get(element.page) {
            dictionary.set("Pg", *page);
        }
        match &element.role {
            Role::Figure { alt } => {
                dictionary.set("Alt", text(alt));
                if let Some(bounds) = element.bounds {
                    let bounds = bounds.map(Object::Real).to_vec();
                    dictionary
                        .set("A", dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => bounds });
                }
            }
            Role::HeaderCell(scope) => {
                let scope = if *scope == Scope::Row { "Row" } else { "Column" };
                dictionary.set("A", dictionary! { "O" => "Table", "Scope" => scope });
            }
            _ => {}
        }
        // A list item's content stands in its body (PDF 32000-1, 14.8.4.3.3).
        let body = (element.role == Role::ListItem).then(|| self.pdf.new_object_id());
        let kids = self.kids(element, body.unwrap_or(id));
        match body {
            None => dictionary.set("K", kids),
            Some(body) => {
                let mut inner = dictionary! { "S" => "LBody", "P" => id, "K" => kids };
                if let Ok(page) = dictionary.get(b"Pg") {
                    inner.set("Pg", page.clone());
                }
                self.pdf.set_object(body, inner);
                dictionary.set("K", body);
            }
        }
        self.pdf.set_object(id, dictionary);
        id.into()
    }

    fn kids(&mut self, element: &Element, holder: ObjectId) -> Vec<Object> {
        let mut kids = Vec::with_capacity(element.kids.len());
        for kid in &element.kids {
            match kid {
                Kid::Element(inner) => kids.push(self.add(inner, holder)),
                Kid::Content { page, number } => {
                    if let Some(contents) = self.holders.get_mut(*page) {
                        contents.push(holder.into());
                    }
                    kids.push(match self.pages.get(*page) {
                        Some(id) if *page != element.page => {
                            dictionary! { "Type" => "MCR", "Pg" => *id, "MCID" => *number as i64 }.into()
                        }
                        _ => Object::from(*number as i64),
                    });
                }
                Kid::Link(number) => kids.extend(self.link(*number, element.page, holder)),
            }
        }
        kids
    }

    fn link(&mut self, number: usize, page: usize, parent: ObjectId) -> Option<Object> {
        let (annotation, page) = (*self.annotations.get(number)?, *self.pages.get(page)?);
        let reference = dictionary! { "Type" => "OBJR", "Obj" => annotation, "Pg" => page };
        let link = dictionary! { "S" => "Link", "P" => parent, "Pg" => page, "K" => vec![reference.into()] };
        let id = self.pdf.add_object(link);
        *self.link_holders.get_mut(number)? = id.into();
        Some(id.into())
    }
}
