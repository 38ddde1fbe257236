//! What other logs call our fields. Names are compared without case and punctuation, so
//! `GeneratedTokens`, `generated_tokens` and `generated-tokens` are one.

use crate::model::Field;

/// The names of one field, best first, with the factor to our unit.
pub(super) struct Synonyms {
    /// Our field.
    pub field: Field,
    /// Their names.
    pub names: &'static [(&'static str, f64)],
}

macro_rules! synonyms {
    ($field:ident: $($name:literal $(* $scale:literal)?),+ $(,)?) => {
        Synonyms { field: Field::$field, names: &[$(($name, scale!($($scale)?))),+] }
    };
}
macro_rules! scale {
    () => {
        1.0
    };
    ($scale:literal) => {
        $scale
    };
}

/// In the order in which columns are claimed; a column is claimed once. Durations without a unit
/// in their name are claimed by nobody: a factor of a thousand is worse than no duration. So are
/// columns that may hold keys themselves rather than their names.
pub(super) static SYNONYMS: [Synonyms; 32] = [
    synonyms!(Timestamp: "timestamp", "time", "datetime", "timestamputc", "ts", "eventtime",
        "starttime", "starttimeiso", "requesttime", "requesttimestamp", "startedat", "createdat",
        "created", "requestcreatedat", "gmtcreate", "loggingtime", "timegenerated", "eventat",
        "date"),
    synonyms!(RequestId: "requestid", "reqid", "generationid", "xrequestid", "callid",
        "correlationid", "completionid", "messageid", "traceid", "id"),
    synonyms!(AccountId: "accountid", "account", "accountname", "customerid", "customer",
        "groupid", "consumerid", "consumerusername", "principalid", "principal", "requester",
        "userid", "username", "user", "useremail", "email", "actor", "clientid", "apikeyid",
        "apikeyname", "apikeyhash", "keyid", "tokenid", "tokenname"),
    synonyms!(OrgId: "orgid", "org", "organizationid", "organisationid", "organization",
        "organisation", "tenantid", "tenant", "teamid", "team", "workspaceid", "workspace",
        "workspacename", "projectid", "project"),
    synonyms!(UserId: "enduserid", "enduser", "externaluser", "userid", "user", "username"),
    synonyms!(ApiKeyId: "apikeyid", "apikeyhash", "apikeyname", "keyid", "keyhash", "tokenid",
        "tokenname"),
    synonyms!(SessionId: "sessionid", "session", "conversationid", "threadid", "chatid"),
    synonyms!(Pathway: "pathway"),
    synonyms!(Endpoint: "endpoint", "xenvoyoriginpath", "requesturi", "requestpath", "urlpath",
        "uri", "path", "operation", "operationname", "apiname", "calltype", "predicttype"),
    synonyms!(Model: "model", "modelname", "modelid", "requestmodel", "genairequestmodel",
        "modelpermaslug", "modelslug", "modelversion", "checkpointmodelversionid", "deployment",
        "modeldeploymentname", "engine"),
    synonyms!(Status: "status", "statuscode", "httpstatus", "httpstatuscode", "responsecode",
        "responsestatus", "responsestatuscode"),
    synonyms!(StopReason: "stopreason", "finishreason", "finishreasonnormalized",
        "finishreasonraw", "completionreason", "predictstatus"),
    synonyms!(Error: "error", "errorcode", "errortype", "errormessage", "exception"),
    synonyms!(InputTokens: "inputtokens", "prompttokens", "contexttokens", "requesttokens",
        "tokensprompt", "tokensin", "tokensinput", "inputtokencount", "prompttokencount",
        "numprompttokens", "genaiusageinputtokens", "genaiusageprompttokens", "inputlength"),
    synonyms!(OutputTokens: "outputtokens", "completiontokens", "generatedtokens",
        "responsetokens", "tokenscompletion", "tokensout", "tokensoutput", "outputtokencount",
        "candidatestokencount", "numcompletiontokens", "genaiusageoutputtokens",
        "genaiusagecompletiontokens", "outputlength"),
    synonyms!(CachedTokens: "cachedtokens", "tokenscached", "cachedinputtokens",
        "cachereadtokens", "cachereadinputtokens", "promptcachereadtokens",
        "genaiusagecachedinputtokens"),
    synonyms!(ReasoningTokens: "reasoningtokens", "tokensreasoning", "thoughtstokencount"),
    synonyms!(LatencyMs: "latencyms", "durationms", "elapsedms", "responsetimems",
        "requestdurationms", "generationtimems", "executiondurationms", "delayms",
        "exectimeseconds" * 1000.0, "latencyseconds" * 1000.0, "durationseconds" * 1000.0,
        "elapsedseconds" * 1000.0, "responsetimeseconds" * 1000.0, "latencysec" * 1000.0,
        "durationsec" * 1000.0),
    synonyms!(MaxTokens: "maxtokens", "maxoutputtokens", "maxcompletiontokens"),
    synonyms!(Temperature: "temperature"),
    synonyms!(ClientIp: "clientip", "ip", "ipaddress", "sourceip", "sourceipaddress",
        "clientipaddress", "clientaddress", "remoteaddr", "remoteaddress", "remoteip",
        "callerip", "calleripaddress", "requesteripaddress", "xforwardedfor",
        "downstreamremoteaddress"),
    synonyms!(Asn: "asn", "asnumber"),
    synonyms!(Country: "country", "countrycode", "countryisocode", "ipcountry", "cfipcountry"),
    synonyms!(Region: "region", "awsregion", "cloudregion", "location"),
    synonyms!(UserAgent: "useragent", "httpuseragent", "callersupplieduseragent", "ua"),
    synonyms!(DeviceId: "deviceid", "devicefingerprint", "fingerprint", "ja4", "ja3"),
    synonyms!(Tools: "tools", "toolnames"),
    synonyms!(Cost: "costusd", "cost", "totalcost", "costtotal", "spend"),
    synonyms!(SystemHash: "systemhash", "systemprompthash", "systemprompt", "system"),
    synonyms!(PromptHash: "prompthash", "prompt", "messages", "prompttext", "query",
        "requestbody"),
    synonyms!(ResponseHash: "responsehash", "response", "completion", "responsetext", "answer",
        "responsebody"),
    synonyms!(ReasoningSignature: "reasoningsignature"),
];

/// What other logs call a field, best first, with the factor to our unit.
pub(super) fn synonyms_of(field: Field) -> &'static [(&'static str, f64)] {
    SYNONYMS.iter().find(|synonyms| synonyms.field == field).map_or(&[], |found| found.names)
}

/// Whether other logs call some field so.
pub(super) fn is_synonym(name: &str) -> bool {
    let name = super::format::suggest::plain(name);
    SYNONYMS.iter().any(|synonyms| synonyms.names.iter().any(|(known, _)| *known == name))
}
