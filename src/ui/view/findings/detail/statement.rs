//! A sentence whose numbers stand out and lead to what they are made from at a click: records,
//! accounts, ties.

use egui::{Label, Response, Sense, Ui, WidgetInfo, vec2};

use crate::model::filter::{Expr, FilterField, Value};
use crate::model::finding::{Finding, Number, Part, Peers, Recipe, Statement, Subject, Take};
use crate::model::{Field, Filter, Selection};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme};

/// The records a finding cites, all or those of one role, as a filter.
pub fn cited(number: u64, role: Option<&str>) -> Option<Filter> {
    let text = match role {
        Some(role) => format!("{number}/{role}"),
        None => number.to_string(),
    };
    let expr = Expr::one_of(FilterField::Cited, vec![Value::text(text)])?;
    Some(Filter { expr: Some(expr), ..Filter::default() })
}

/// Goes to the records a finding cites. Nothing stays selected: the tables would show those of the
/// selected accounts only, and fewer than the number says.
pub fn go_to(scene: &mut Scene<'_>, number: u64, role: Option<&str>) {
    let Some(filter) = cited(number, role) else { return };
    scene.ask(Action::Show { filter, selection: Selection::Nothing });
    scene.ask(Action::Go(Screen::Explore));
}

/// What a number is made from, where a click can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Leads {
    /// The records that the finding cites in a role.
    Records(String),
    /// The accounts that it speaks of.
    Accounts,
    /// All of its cluster.
    Cluster,
    /// The ties between its accounts.
    Ties,
}

/// Where a number leads.
fn leads(number: &Number) -> Option<Leads> {
    Some(match &number.recipe {
        Recipe::Members | Recipe::SameAttribute { .. } | Recipe::Tied { .. } => Leads::Accounts,
        Recipe::ClusterMembers => Leads::Cluster,
        Recipe::Ties { .. } | Recipe::TiedGroups { .. } => Leads::Ties,
        recipe => Leads::Records(role(recipe)?.to_owned()),
    })
}

/// The role whose records a number is made from.
fn role(recipe: &Recipe) -> Option<&str> {
    match recipe {
        Recipe::Records { role }
        | Recipe::Accounts { role }
        | Recipe::Distinct { role, .. }
        | Recipe::Ratio { role, .. }
        | Recipe::ShareOfEvents { role }
        | Recipe::Time { role, .. }
        | Recipe::PerHour { role, .. }
        | Recipe::Spread { role }
        | Recipe::Turns { role }
        | Recipe::MostFrequent { role, .. }
        | Recipe::Waits { role, .. }
        | Recipe::Parties { role }
        | Recipe::Sum { role, .. } => Some(role),
        _ => None,
    }
}

/// Draws the sentence of a finding.
pub fn show(ui: &mut Ui, number: u64, finding: &Finding, scene: &mut Scene<'_>) {
    let mut asked: Option<Leads> = None;
    sentence(ui, &finding.statement, Face::Body, |ui, part| {
        let Some(to) = leads(part) else { return bold(ui, part) };
        let response = linked(ui, part, &to);
        if response.clicked() {
            asked = Some(to);
        }
        response
    });
    if let Some(to) = asked {
        follow(scene, (number, finding), &to);
    }
}

fn follow(scene: &mut Scene<'_>, (number, finding): (u64, &Finding), to: &Leads) {
    let all = scene.index.accounts();
    let show = |expr| Action::Show {
        filter: Filter { expr, ..Filter::default() },
        selection: Selection::Nothing,
    };
    let (action, screen) = match to {
        Leads::Records(role) => return go_to(scene, number, Some(role)),
        Leads::Accounts => (show(accounts(finding, all)), Screen::Explore),
        Leads::Cluster => (show(cluster(finding, all)), Screen::Explore),
        Leads::Ties => (show(accounts(finding, all)), Screen::Network),
    };
    scene.ask(action);
    scene.ask(Action::Go(screen));
}

/// The accounts that a finding speaks of, as a filter.
fn accounts(finding: &Finding, all: &[String]) -> Option<Expr> {
    let ids = finding.accounts.iter().filter_map(|at| all.get(*at as usize).cloned());
    Expr::one_of(FilterField::Record(Field::AccountId), ids.map(Value::text).collect())
}

/// All accounts of its cluster.
fn cluster(finding: &Finding, all: &[String]) -> Option<Expr> {
    match finding.subject {
        Subject::Cluster(id) => Expr::one_of(FilterField::Cluster, vec![Value::number(id.into())]),
        Subject::Account(_) => accounts(finding, all),
    }
}

/// Draws a sentence whose numbers lead nowhere.
pub fn plain(ui: &mut Ui, statement: &Statement, face: Face) {
    sentence(ui, statement, face, bold);
}

fn bold(ui: &mut Ui, number: &Number) -> Response {
    let response = ui.add(Label::new(Face::Card.text(number.text())));
    match how(&number.recipe) {
        Some(words) => response.on_hover_text(words),
        None => response,
    }
}

fn linked(ui: &mut Ui, number: &Number, to: &Leads) -> Response {
    let theme = Theme::of(ui);
    let text = number.text();
    let label = Label::new(Face::Card.text(&text)).selectable(false).sense(Sense::click());
    let response = ui.add(label);
    let name = match to {
        Leads::Records(role) => format!("{text}: rows “{role}”"),
        Leads::Accounts => format!("{text}: accounts"),
        Leads::Cluster => format!("{text}: accounts of the cluster"),
        Leads::Ties => format!("{text}: ties"),
    };
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Link, true, &name));
    let lit = response.hovered() || response.has_focus();
    let ink = if lit { theme.accent } else { theme.accent_line };
    let y = response.rect.bottom() - 2.0;
    ui.painter().hline(response.rect.x_range(), y, egui::Stroke::new(1.0, ink));
    let hint = match to {
        Leads::Records(role) => {
            format!("From the rows “{}”: click to see them", format::display(role))
        }
        Leads::Accounts => {
            "From the accounts the finding speaks of: click to see all their rows".into()
        }
        Leads::Cluster => "From the accounts of the cluster: click to see all their rows".into(),
        Leads::Ties => {
            "From the ties between its accounts: click to see them in the network".into()
        }
    };
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(hint)
}

/// Where a number comes from that counts no records of the finding.
fn how(recipe: &Recipe) -> Option<String> {
    Some(match recipe {
        Recipe::Case { what } => format!("From the whole case: {what}"),
        Recipe::Parameter { name } => format!("A parameter of the detector: {name}"),
        Recipe::Draws { take, of } => match (take, of.len()) {
            (Take::UpToStatistic, _) => "Draws of chance that reach the statistic".to_owned(),
            (_, 0) => "From what chance gives".to_owned(),
            (Take::Middle, n) => format!("From what chance gives: the middle of {n} draws"),
            (Take::Mean, n) => format!("From what chance gives: the mean of {n} draws"),
            (Take::Least, n) => format!("From what chance gives: the least of {n} draws"),
            (Take::Most, n) => format!("From what chance gives: the most of {n} draws"),
            (Take::Sum, n) => format!("From what chance gives: the sum of {n} draws"),
        },
        Recipe::OthersWithPrompt { .. } => {
            "Accounts outside of the cluster with this prompt and this client".to_owned()
        }
        Recipe::OthersWithTemplates { templates } => {
            format!("Accounts outside of the cluster that use {}", named(templates))
        }
        Recipe::CommonWords { templates } => format!("Words of {}", named(templates)),
        Recipe::OtherAccounts { field, .. } => {
            format!("Accounts outside of the cluster with a {field} of these rows")
        }
        Recipe::OthersMeasured { what } => {
            format!(
                "Of other accounts of which the detector can say it the share that “{what}”, one added \
                 to both"
            )
        }
        Recipe::Measured { what } => format!("Of these accounts: {what}"),
        Recipe::MedianMeasured { what } => format!("The middle of all accounts: {what}"),
        Recipe::Peers(peers) => compared(peers),
        Recipe::AsHigh(peers) => {
            format!("{}: the share with as much, itself counted", compared(peers))
        }
        Recipe::Weighed { what, .. } => format!("For each of these rows, added up: {what}"),
        Recipe::WhenOthers { .. } => {
            "How many there would be in that time if all came when other accounts did".to_owned()
        }
        Recipe::OthersRatio { of, .. } => format!("Of all other accounts: {of}"),
        Recipe::AllAccounts { field, .. } => format!("Accounts with a {field} of these rows"),
        Recipe::MembersMeasured { what } => {
            format!("Accounts of the cluster of which the detector knows: {what}")
        }
        Recipe::Items { .. } => "From the numbers of the items that these rows ask for".to_owned(),
        Recipe::Quotient { .. } => "One of the other numbers over another".to_owned(),
        _ => return None,
    })
}

/// Templates by their numbers, the first of them.
fn named(templates: &[u32]) -> String {
    const MOST: usize = 8;
    let numbers: Vec<String> = templates.iter().take(MOST).map(u32::to_string).collect();
    let more = match templates.len().saturating_sub(MOST) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let word = if templates.len() == 1 { "template" } else { "templates" };
    format!("{word} {}{more}", numbers.join(", "))
}

/// With whom an account is compared.
fn compared(peers: &Peers) -> String {
    let of = if peers.on_its_plan { "Accounts on the same plan" } else { "All accounts" };
    let but = peers.but.as_ref().map_or(String::new(), |but| format!(", but those of “{but}”"));
    format!("{of} of which the detector says “{}”{but}", peers.what)
}

/// Words flow; numbers are drawn by `number`.
fn sentence(
    ui: &mut Ui,
    statement: &Statement,
    face: Face,
    mut number: impl FnMut(&mut Ui, &Number) -> Response,
) {
    let width = ui.available_width();
    ui.allocate_ui(vec2(width, 0.0), |ui| {
        ui.set_max_width(width);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 2.0);
            for part in statement.parts() {
                match part {
                    Part::Words(words) => {
                        ui.add(Label::new(face.text(format::display(words))));
                    }
                    Part::Number(n) => {
                        number(ui, n);
                    }
                }
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Unit;
    use crate::model::finding::testkit::finding;

    #[test]
    fn a_link_to_rows_is_a_filter_that_can_be_read_again() {
        for role in [None, Some("replayed"), Some("of the template"), Some("a/b \"c\"*")] {
            let filter = cited(12, role).expect("a filter");
            let text = filter.to_string();
            assert_eq!(Filter::parse(&text).expect(&text), filter, "{text}");
        }
    }

    #[test]
    fn numbers_of_accounts_and_ties_lead_to_them_and_what_chance_gives_leads_nowhere() {
        let to = |recipe| {
            let number = Number { name: "n".into(), value: 8.0, unit: Unit::Count, recipe };
            leads(&number)
        };
        assert_eq!(to(Recipe::Members), Some(Leads::Accounts));
        assert_eq!(to(Recipe::ClusterMembers), Some(Leads::Cluster));
        assert_eq!(to(Recipe::Ties { kind: "indicator".into() }), Some(Leads::Ties));
        let most = Recipe::MostFrequent { role: "calls".into(), fields: vec!["model".into()] };
        assert_eq!(to(most), Some(Leads::Records("calls".into())));
        assert_eq!(to(Recipe::Draws { take: Take::Middle, of: vec![0.5] }), None);
        assert_eq!(to(Recipe::Case { what: "all others".into() }), None);
    }

    #[test]
    fn accounts_and_clusters_are_filters_that_can_be_read_again() {
        let finding = Finding { accounts: vec![2, 0], ..finding("D10", Subject::Cluster(5)) };
        let all = ["ac 1", "ac2", "ac*3"].map(str::to_owned);
        let of = |expr| Filter { expr, ..Filter::default() };
        let (who, whose) = (of(accounts(&finding, &all)), of(cluster(&finding, &all)));
        assert_eq!(whose.to_string(), "cluster:5");
        assert_eq!(Filter::parse(&who.to_string()).expect("a filter"), who);
        assert_eq!(who.to_string(), r#"account:"ac\*3","ac 1""#);
    }
}
