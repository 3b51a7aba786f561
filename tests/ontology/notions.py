"""Every term by which the model of the domain is said: what is reused, by vocabulary and purpose, and what is minted.

The list is written by hand from the model, not from the ontology: a term that is lost from the ontology is missed here.
"""

from __future__ import annotations

from graph.terms import expand

ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
THEME = "http://publications.europa.eu/resource/authority/data-theme"
HVD = "http://data.europa.eu/bna/"
PUBLISHER = "http://purl.org/adms/publishertype/"
LOC = "https://w3id.org/dpv/loc#"

REUSED: dict[str, tuple[str, ...]] = {
    "catalogues": expand(
        """dcat:Catalog dcat:CatalogRecord dcat:Dataset dcat:Distribution dcat:DataService dcat:accessURL
        dcat:downloadURL dcat:endpointURL dcat:servesDataset dcat:distribution dcat:contactPoint dcat:theme
        dct:title dct:description dct:publisher dct:license dct:modified dct:issued dct:accessRights dct:type
        dct:conformsTo foaf:primaryTopic foaf:name foaf:page dqv:QualityMeasurement adms:status"""
    ),
    "rules of DCAT-AP": expand("dcatap:applicableLegislation dcatap:availability dcatap:hvdCategory"),
    "high-value datasets": tuple(
        HVD + name
        for name in (
            *("asd487ae75", "c_ac64a52d", "c_dd313021", "c_164e0bf5", "c_e1da4e07", "c_a9135398", "c_b79e35eb"),
        )
    ),
    "themes": (THEME, *(f"{THEME}/{name}" for name in ("ENER", "TRAN", "ENVI", "SOCI"))),
    "publisher types": tuple(
        PUBLISHER + name for name in ("1.0", "LocalAuthority", "RegionalAuthority", "NationalAuthority")
    ),
    "actors": expand(
        """foaf:Agent foaf:Person foaf:Group org:Organization org:FormalOrganization org:OrganizationalUnit
        org:OrganizationalCollaboration org:unitOf org:classification org:identifier dga:PublicSectorBody
        dga:PublicLawGovernedBody dga:DataCooperative dga:DataAltruismOrganisation cv:PublicOrganisation
        dpv:ForProfitOrganisation dpv:NonProfitOrganisation dpv:NonGovernmentalOrganisation
        dpv:AcademicScientificOrganisation dpv:Citizen adms:identifier skos:notation skos:prefLabel"""
    ),
    "roles": expand(
        """dga:hasDataHolder dga:DataHolder dpv:hasEntity dga:hasDataUser dga:DISP dct:creator dct:rightsHolder
        geodcatap:custodian geodcatap:originator geodcatap:processor geodcatap:distributor geodcatap:resourceProvider
        geodcatap:user dpv:hasDataController dpv:hasDataProcessor dpv:Process prov:qualifiedAttribution prov:agent
        dcat:hadRole odrl:assignee"""
    ),
    "access": tuple(ACCESS + name for name in ("PUBLIC", "RESTRICTED", "NON_PUBLIC", "SENSITIVE", "CONFIDENTIAL"))
    + expand("dcat:startDate dcat:endDate"),
    "secrets": expand(
        """dpv:Justification dpv:CommerciallyConfidentialData dpv:StatisticallyConfidentialData
        dpv:IntellectualPropertyData"""
    ),
    "personal data": expand(
        """dpv:hasPersonalData dpv:PersonalData dpv:PseudonymisedData dpv:ContextuallyAnonymisedData dpv:hasData
        dpv:AnonymisedData dpv:hasLegalBasis gdpr:A6-1-a gdpr:A6-1-e-public-interest gdpr:A6-1-f gdpr:A9-2-a
        gdpr:A9-2-j dpv:hasPurpose"""
    ),
    "law": (
        *expand("eli:LegalResource"),
        "http://data.europa.eu/eli/dir/2019/1024/oj",
        "http://data.europa.eu/eli/reg_impl/2023/138/oj",
        "http://data.europa.eu/eli/reg/2022/868/oj",
        "http://data.europa.eu/eli/reg/2023/2854/oj",
        "http://data.europa.eu/eli/reg/2016/679/oj",
        "http://data.europa.eu/eli/dir/2007/2/oj",
        "http://data.europa.eu/eli/reg_del/2017/1926/oj",
        "https://www.legifrance.gouv.fr/eli/loi/2016/10/7/ECFI1524250L/jo/texte",
        "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000037701019/",
        "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000023983208/",
        "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000023086525/",
        "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000031366350/",
    ),
    "licences": expand(
        """cc:License cc:permits cc:requires cc:prohibits cc:ShareAlike cc:Attribution cc:DerivativeWorks
        cc:CommercialUse cc:Sharing odrs:compatibleWith"""
    ),
    "agreements": expand(
        """odrl:Agreement odrl:Offer odrl:Request odrl:Set odrl:Policy odrl:Permission odrl:Prohibition odrl:Duty
        odrl:Constraint odrl:permission odrl:prohibition odrl:obligation odrl:duty odrl:constraint odrl:action
        odrl:target odrl:assigner odrl:PartyCollection odrl:informedParty odrl:compensatedParty odrl:leftOperand
        odrl:operator odrl:rightOperand odrl:purpose odrl:spatial odrl:dateTime odrl:elapsedTime odrl:recipient
        odrl:payAmount odrl:count odrl:hasPolicy odrl:conflict odrl:invalid odrl:inheritFrom prov:wasRevisionOf
        dct:temporal dct:PeriodOfTime org:Membership org:member org:organization org:role org:memberDuring"""
    ),
    "actions": expand(
        """odrl:use odrl:distribute odrl:derive odrl:aggregate odrl:anonymize odrl:attribute odrl:compensate
        odrl:delete odrl:inform odrl:grantUse odrl:ensureExclusivity odrl:reviewPolicy"""
    ),
    "purposes": expand(
        """dpv:PublicBenefit dpv:ImprovePublicServices dpv:PublicPolicyMaking dpv:DataAltruism
        dpv:ResearchAndDevelopment dpv:CommercialPurpose"""
    ),
    "services": expand(
        """schema:Service cpsv:PublicService cv:hasCompetentAuthority cv:ServiceConcessionContract
        cv:hasContractingAuthority cv:hasEconomicOperator cv:establishedUnder dct:requires"""
    ),
    "places": (
        *expand("dct:Location dct:spatial geo:sfWithin locn:geometry dcat:spatialResolutionInMeters"),
        f"{LOC}FR-35",
        f"{LOC}FR-BRE",
    ),
    "derivation": expand("prov:wasDerivedFrom dct:hasPart prov:Activity prov:used prov:wasGeneratedBy"),
    "facts and findings": expand("prov:hadPrimarySource sh:ValidationReport dct:source"),
}

CLASSES = expand(
    """cg:UrbanDataService cg:SharingAgreement cg:GovernanceBody cg:GovernanceDecision cg:Barrier cg:AccessStatusPeriod
    cg:LegalEffect cg:DataReturn cg:AnonymisationActivity cg:CitizenCollective cg:CommonsCommunity cg:EvaluationContext
    cg:KnowledgeGap cg:ProducedWork cg:LicenceCompatibility"""
)
PROPERTIES = expand(
    """cg:pole cg:controlledBy cg:publicServiceMission cg:missionUnder cg:consumesDataset cg:needsDataset cg:feeds
    cg:producedThrough cg:operatedBy cg:generalInterest cg:generalInterestGround cg:hasBarrier cg:barrierKind
    cg:barrierStatus cg:reviewDate cg:liftedBy cg:legalGround cg:conditionsDefinedBy cg:coversDataset cg:authorises
    cg:agreedPurpose cg:feeAmount cg:continuityClause cg:reciprocityClause cg:reciprocityExemption cg:substitutableBy
    cg:essentialToOperation cg:deliveredTo cg:dataClauseExemption cg:spatialMesh cg:domain cg:factStatus cg:concerns
    cg:evaluationDate cg:horizonDate cg:meetsHvdLicence cg:statedBy cg:about cg:status cg:opennessStatus
    cg:publicationMandatedBy cg:method cg:shareAlikeScope cg:shareAlikeBinds cg:shareAlikeLimitedTo cg:derivationKind
    cg:producedFrom cg:agreedBy cg:dissentedBy cg:findingClass cg:publicFindingClass cg:publicMessage"""
)
DATATYPES = expand("cg:siren cg:siret")
SCHEMES = expand(
    """cg:PoleScheme cg:LegalFormScheme cg:ControlScheme cg:DomainScheme cg:BarrierKindScheme cg:BarrierStatusScheme
    cg:MeshScheme cg:ServiceStatusScheme cg:FindingClassScheme cg:OpennessScheme cg:FactStatusScheme
    cg:DerivationKindScheme"""
)
CODES = expand(
    """cg:Public cg:Private cg:Citizen cg:PublicControl cg:PrivateControl cg:MemberControl cg:MixedControl cg:PublicLaw
    cg:PrivateLaw cg:NoLegalPersonality cg:Open cg:PublicNotOpen cg:Shared cg:Closed cg:Claimed cg:Contested cg:Upheld
    cg:Lifted cg:PersonalDataProtection cg:StatisticalSecrecy cg:TradeSecret cg:ThirdPartyRights cg:SecurityConcern
    cg:NoLegalFrame cg:LegalBarrier cg:TechnicalBarrier cg:EconomicBarrier cg:SharingCost cg:RevenueLoss
    cg:CompetitionConcern cg:OrganisationalBarrier cg:InternalPriority cg:LackOfMeans cg:CulturalBarrier
    cg:FearOfMisuse cg:ImageConcern cg:StrategicBarrier cg:Energy cg:Water cg:Mobility cg:Sociodemographic
    cg:AddressMesh cg:BuildingMesh cg:BlockMesh cg:IrisMesh cg:CommuneMesh cg:IntercommunalMesh cg:Operating
    cg:TrustedThirdParty cg:Sourced cg:Illustrative cg:KAnonymity cg:Contradiction cg:MissingDuty cg:MissingKnowledge
    cg:Derivative cg:Collective cg:Produced"""
)
MINTED = CLASSES + PROPERTIES + DATATYPES + SCHEMES + CODES

# What the model did not foresee and writing it down asked for: each says in its definition why.
ADDED = expand(
    """cg:reportedBy cg:decidedBy cg:effectOf cg:effectKind cg:addressee cg:inFavourOf cg:article cg:dataKind
    cg:fromLicence cg:toLicence cg:onLegalList cg:CustomLicence cg:statedLicence cg:statedTheme cg:statedFormat
    cg:statedLanguage cg:statedFrequency cg:statedAccessRights cg:remedy cg:exitClause cg:feeGround cg:homologatedBy
    cg:disclosureThreshold cg:smallestGroup cg:openFormat cg:bulkRequired
    cg:answerSize cg:appliesDerivation cg:clientProcessorSeconds cg:clientQueries cg:derives cg:keepsValueOnlyOf
    cg:queryDeadline cg:queryMemory
    cg:evidence cg:foundBy cg:measured cg:mendableBy cg:pathText cg:reportDomain cg:reportOn cg:ruleFamily cg:rulePart
    cg:ruleVersion cg:world"""
)
