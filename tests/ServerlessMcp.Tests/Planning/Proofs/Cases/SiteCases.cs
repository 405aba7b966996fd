using System.Text.Json.Nodes;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>CloudFront: distributions and the access control of their origins.</summary>
internal static class SiteCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["cloudfront:CreateOriginAccessControl"] = stage => Step("cloudfront", "CreateOriginAccessControl", $$"""
            { "OriginAccessControlConfig": { "Name": "proof-{{stage.Tag}}", "SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3" } }
            """),
        ["cloudfront:CreateDistributionWithTags"] = stage => Step("cloudfront", "CreateDistributionWithTags", $$"""
            { "DistributionConfigWithTags": { "DistributionConfig": {{Config(stage, isOn: false)}}, "Tags": { "Items": [{ "Key": "team", "Value": "a" }] } } }
            """),
        ["cloudfront:UpdateDistribution"] = async stage =>
        {
            await stage.OtherHandAsync("cloudfront", "CreateDistribution", new() { ["DistributionConfig"] = Config(stage, isOn: false) });
            var all = (await stage.OtherAnswerAsync("cloudfront", "ListDistributions", [])).Output;
            var id = all["DistributionList"]!["Items"]!.AsArray().Single(one => (string?)one!["Comment"] == $"proof-{stage.Tag}")!["Id"]!.GetValue<string>();
            var tag = (await stage.OtherAnswerAsync("cloudfront", "GetDistribution", new() { ["Id"] = id })).Output["ETag"];
            return Request("cloudfront", "UpdateDistribution", $$"""{ "Id": "{{id}}", "IfMatch": "{{tag}}", "DistributionConfig": {{Config(stage, isOn: true)}} }""");
        },
    };

    private static JsonNode Config(ProofStage stage, bool isOn) => JsonNode.Parse($$"""
        { "CallerReference": "proof-{{stage.Tag}}", "Comment": "proof-{{stage.Tag}}", "Enabled": {{(isOn ? "true" : "false")}},
          "Origins": { "Quantity": 1, "Items": [{ "Id": "bucket", "DomainName": "proof-{{stage.Tag}}.s3.amazonaws.com", "S3OriginConfig": { "OriginAccessIdentity": "" } }] },
          "DefaultCacheBehavior": { "TargetOriginId": "bucket", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6" } }
        """)!;
}
