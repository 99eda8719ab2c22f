//! Owns what rows of one section know of the others: which codes there are, and their grids.
//!
//! *Invariant*: a code counts as soon as its own cell can be read, whatever else is wrong with its row; and nothing
//! is called unknown while the section it would stand in is torn. So no problem is told that another has caused.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::columns::Section;
use super::flaw::Flaw;
use super::table::Sheets;
use crate::booking::catalogue::new::Code;

/// What the file has told so far.
#[derive(Debug)]
pub(super) struct Known {
    torn: [bool; Section::ALL.len()],
    branches: HashMap<Code, Branch>,
    resources: HashMap<Code, Resource>,
    services: HashMap<Code, u64>,
    families: HashMap<Code, Family>,
    /// The families that a practitioner's services need.
    needs: HashMap<Code, BTreeSet<Code>>,
    /// The branches at which a practitioner has shifts.
    works: HashMap<Code, BTreeSet<Code>>,
}

#[derive(Debug)]
struct Branch {
    line: u64,
    /// Opens and closes, minutes of the day.
    hours: Option<(u16, u16)>,
}

#[derive(Debug)]
struct Resource {
    line: u64,
    is_practitioner: bool,
    grain: u16,
}

#[derive(Debug, Default)]
struct Family {
    grain: u16,
    branches: BTreeSet<Code>,
    /// One of it stands at a branch that cannot be made out.
    strayed: bool,
}

impl Known {
    /// Nothing yet but which sections are torn.
    pub(super) fn new(sheets: &Sheets) -> Self {
        let torn = Section::ALL.map(|section| {
            let sheet = sheets.of(section);
            // Rooms are optional; the others are missed by their own name.
            sheet.torn || sheet.line.is_none() && section != Section::Rooms
        });
        Self {
            torn,
            branches: HashMap::new(),
            resources: HashMap::new(),
            services: HashMap::new(),
            families: HashMap::new(),
            needs: HashMap::new(),
            works: HashMap::new(),
        }
    }

    /// A row of this section has a code that cannot be read.
    pub(super) const fn tear(&mut self, section: Section) {
        self.torn[section as usize] = true;
    }

    /// Adds a branch.
    pub(super) fn branch(
        &mut self,
        code: &Code,
        line: u64,
        hours: Option<(u16, u16)>,
    ) -> Result<(), Flaw> {
        if let Some(first) = self.branches.get(code) {
            return Err(Flaw::TwoCodes(code.clone(), first.line));
        }
        self.branches.insert(code.clone(), Branch { line, hours });
        Ok(())
    }

    /// Adds a practitioner, room or device: their codes are of one kind.
    pub(super) fn resource(
        &mut self,
        code: &Code,
        line: u64,
        is_practitioner: bool,
        grain: u16,
    ) -> Result<(), Flaw> {
        if let Some(first) = self.resources.get(code) {
            return Err(Flaw::TwoCodes(code.clone(), first.line));
        }
        let resource = Resource {
            line,
            is_practitioner,
            grain,
        };
        self.resources.insert(code.clone(), resource);
        Ok(())
    }

    /// Adds a room or device to its family.
    pub(super) fn family(&mut self, family: &Code, branch: Option<&Code>, grain: u16) {
        let known_branch = branch.filter(|code| self.branches.contains_key(*code));
        let family = self.families.entry(family.clone()).or_default();
        family.grain = family.grain.max(grain);
        family.strayed |= known_branch.is_none();
        family.branches.extend(known_branch.cloned());
    }

    /// Adds a service.
    pub(super) fn service(&mut self, code: &Code, line: u64) -> Result<(), Flaw> {
        if let Some(first) = self.services.get(code) {
            return Err(Flaw::TwoCodes(code.clone(), *first));
        }
        self.services.insert(code.clone(), line);
        Ok(())
    }

    /// Notes that these practitioners give what needs these families.
    pub(super) fn gives(&mut self, practitioners: &[Code], families: &[Code]) {
        for practitioner in practitioners {
            let needs = self.needs.entry(practitioner.clone()).or_default();
            needs.extend(families.iter().cloned());
        }
    }

    /// Notes that a practitioner has a shift at a branch.
    pub(super) fn works(&mut self, practitioner: &Code, branch: Option<&Code>) {
        let branches = self.works.entry(practitioner.clone()).or_default();
        branches.extend(branch.cloned());
    }

    /// Whether there is such a branch.
    pub(super) fn has_branch(&self, code: &Code) -> Result<(), Flaw> {
        let known = self.is_torn(Section::Branches) || self.branches.contains_key(code);
        let unknown = || Flaw::Unknown(Section::Branches, vec![code.clone()]);
        if known { Ok(()) } else { Err(unknown()) }
    }

    /// Whether all of these are practitioners.
    pub(super) fn has_practitioners(&self, codes: &[Code]) -> Result<(), Flaw> {
        if self.is_torn(Section::Practitioners) {
            return Ok(());
        }
        let is_known = |code: &&Code| {
            let resource = self.resources.get(*code);
            resource.is_some_and(|resource| resource.is_practitioner)
        };
        let unknown: Vec<Code> = codes
            .iter()
            .filter(|code| !is_known(code))
            .cloned()
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(Flaw::Unknown(Section::Practitioners, unknown))
        }
    }

    /// Whether rooms or devices of all of these families stand anywhere.
    pub(super) fn has_families(&self, families: &[Code]) -> Result<(), Flaw> {
        if self.is_torn(Section::Rooms) {
            return Ok(());
        }
        let is_known = |family: &&Code| self.families.contains_key(*family);
        let unknown: Vec<Code> = families
            .iter()
            .filter(|one| !is_known(one))
            .cloned()
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(Flaw::NoFamily(unknown))
        }
    }

    /// The coarsest grid of these practitioners and families, and whose it is. Grids are 1 or 5: the coarsest is
    /// a multiple of all.
    pub(super) fn grid(&self, practitioners: &[Code], families: &[Code]) -> Option<(u16, Code)> {
        let people = practitioners
            .iter()
            .filter_map(|code| Some((self.resources.get(code)?.grain, code)));
        let rooms = families
            .iter()
            .filter_map(|family| Some((self.families.get(family)?.grain, family)));
        let coarsest = rooms
            .rev()
            .chain(people.rev())
            .max_by_key(|(grain, _)| *grain);
        coarsest.map(|(grain, code)| (grain, code.clone()))
    }

    /// The coarsest grid that the starts of a practitioner's shifts must fit, and whose it is.
    pub(super) fn shift_grid(&self, practitioner: &Code) -> Option<(u16, Code)> {
        let families: Vec<Code> = self
            .needs
            .get(practitioner)
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        self.grid(std::slice::from_ref(practitioner), &families)
    }

    /// When a branch opens and closes, if it is known.
    pub(super) fn hours(&self, branch: &Code) -> Option<(u16, u16)> {
        self.branches.get(branch)?.hours
    }

    /// The practitioners without any shift, by line.
    pub(super) fn idle(&self) -> Vec<(u64, Code)> {
        if self.is_torn(Section::Schedules) {
            return Vec::new();
        }
        let idle = |(code, resource): (&Code, &Resource)| {
            let idle = resource.is_practitioner && !self.works.contains_key(code);
            idle.then(|| (resource.line, code.clone()))
        };
        let sorted: BTreeMap<u64, Code> = self.resources.iter().filter_map(idle).collect();
        sorted.into_iter().collect()
    }

    /// Where these practitioners work without a family there that they need: practitioner, branch, family.
    pub(super) fn lacking(
        &self,
        practitioners: &[Code],
        families: &[Code],
    ) -> Vec<(Code, Code, Code)> {
        let mut lacking = Vec::new();
        for practitioner in practitioners {
            let branches = self.works.get(practitioner).into_iter().flatten();
            for branch in branches.filter(|code| self.branches.contains_key(*code)) {
                for family in families {
                    let known = self.families.get(family);
                    if known.is_some_and(|known| !known.strayed && !known.branches.contains(branch))
                    {
                        lacking.push((practitioner.clone(), branch.clone(), family.clone()));
                    }
                }
            }
        }
        lacking
    }

    const fn is_torn(&self, section: Section) -> bool {
        self.torn[section as usize]
    }
}
