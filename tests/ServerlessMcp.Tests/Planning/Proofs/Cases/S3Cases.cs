using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Buckets and their settings.</summary>
internal static class S3Cases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["s3:CreateBucket"] = stage => Step(
            "s3", "CreateBucket", $$"""{ "Bucket": "proof-{{Guid.NewGuid():n}}", "CreateBucketConfiguration": { "LocationConstraint": "{{stage.Region}}" } }"""),
        ["s3:PutBucketVersioning"] = async stage => await BucketStep(stage, "PutBucketVersioning", Versioning("Enabled")),
        ["s3:PutBucketVersioning suspending"] = async stage => await BucketStep(stage, "PutBucketVersioning", Versioning("Suspended"), Versioning("Enabled")),
        ["s3:PutBucketEncryption"] = async stage => await BucketStep(stage, "PutBucketEncryption", Encryption("AES256")),
        ["s3:PutBucketEncryption anew"] = async stage => await BucketStep(stage, "PutBucketEncryption", Encryption("aws:kms"), Encryption("AES256")),
        ["s3:PutBucketPolicy"] = async stage => await BucketStep(stage, "PutBucketPolicy", Policy("s3:GetObject")),
        ["s3:PutBucketPolicy anew"] = async stage => await BucketStep(stage, "PutBucketPolicy", Policy("s3:PutObject"), Policy("s3:GetObject")),
        ["s3:PutBucketTagging"] = async stage => await BucketStep(stage, "PutBucketTagging", BucketTags("new")),
        ["s3:PutBucketTagging anew"] = async stage => await BucketStep(stage, "PutBucketTagging", BucketTags("new"), BucketTags("${before.tags} {account}")),
        ["s3:PutPublicAccessBlock"] = async stage => await BucketStep(stage, "PutPublicAccessBlock", Block(true)),
        ["s3:PutPublicAccessBlock anew"] = async stage => await BucketStep(stage, "PutPublicAccessBlock", Block(true), Block(false)),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A call on a bucket of its own, on which <paramref name="earlier"/> was called before.</summary>
    private static async Task<StepRequest> BucketStep(ProofStage stage, string operation, Func<string, string> parameters, Func<string, string>? earlier = null)
    {
        var bucket = $"proof-{Guid.NewGuid():n}";
        await stage.OtherHandAsync("s3", "CreateBucket", JsonNode.Parse(
            $$"""{ "Bucket": "{{bucket}}", "CreateBucketConfiguration": { "LocationConstraint": "{{stage.Region}}" } }""")!.AsObject());
        if (earlier is not null)
        {
            await stage.OtherHandAsync("s3", operation, JsonNode.Parse(earlier(bucket))!.AsObject());
        }

        return await Step("s3", operation, parameters(bucket));
    }

    private static Func<string, string> Versioning(string status) =>
        bucket => $$"""{ "Bucket": "{{bucket}}", "VersioningConfiguration": { "Status": "{{status}}" } }""";

    private static Func<string, string> Encryption(string algorithm) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "ServerSideEncryptionConfiguration": { "Rules": [{ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "{{algorithm}}" } }] } }""";

    private static Func<string, string> Policy(string action) => bucket => new JsonObject
    {
        ["Bucket"] = bucket,
        ["Policy"] = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"{{action}}","Resource":"arn:aws:s3:::{{bucket}}/*"}]}""",
    }.ToJsonString();

    private static Func<string, string> BucketTags(string value) =>
        bucket => $$"""{ "Bucket": "{{bucket}}", "Tagging": { "TagSet": [{ "Key": "team", "Value": "{{value}}" }] } }""";

    private static Func<string, string> Block(bool policy) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "PublicAccessBlockConfiguration": { "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": {{(policy ? "true" : "false")}}, "RestrictPublicBuckets": false } }""";
}
