//! The house's closed sets of words in the terms of the W3C Data Privacy Vocabulary (DPV 2) and its extension for personal
//! data. What it has no term for has the class above.

/// The seven purposes of clause 3.2 among those of DPV.
pub(super) fn purpose(code: &str) -> &'static str {
    match code {
        "identification" => "dpv:IdentityVerification",
        "support" => "dpv:CustomerCare",
        "services" => "dpv:RequestedServiceProvision",
        "contact" => "dpv:CommunicationForCustomerCare",
        "improvement" => "dpv:ImproveExistingProductsAndServices",
        "offers" => "dpv:DirectMarketing",
        _ => "dpv:Purpose",
    }
}

/// Categories of data among those of DPV and its extension for personal data.
pub(super) fn category(code: &str) -> &'static str {
    match code {
        "identity" => "pd:Identifying",
        "contact" => "pd:Contact",
        "payment" => "pd:Transactional",
        "special" => "dpv:SpecialCategoryPersonalData",
        "free_text" => "pd:Communication",
        _ => "dpv:PersonalData",
    }
}

/// The actions of 152-ФЗ ст. 3 п. 3 among the operations of DPV.
pub(super) fn action(code: &str) -> &'static str {
    match code {
        "collect" => "dpv:Collect",
        "record" => "dpv:Record",
        "arrange" => "dpv:Organise",
        "accumulate" | "store" => "dpv:Store",
        "correct" => "dpv:Modify",
        "extract" => "dpv:Retrieve",
        "use" => "dpv:Use",
        "deidentify" => "dpv:Pseudonymise",
        "block" => "dpv:Restrict",
        "delete" => "dpv:Delete",
        "destroy" => "dpv:Destruct",
        _ => "dpv:Processing",
    }
}

/// Legal bases among those of DPV.
pub(super) fn basis(kind: &str) -> &'static str {
    match kind {
        "consent" => "dpv:Consent",
        "contract" => "dpv:Contract",
        "law" => "dpv:LegalObligation",
        _ => "dpv:LegalBasis",
    }
}
