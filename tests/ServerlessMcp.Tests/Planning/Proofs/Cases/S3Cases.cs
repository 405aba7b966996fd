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
        ["s3:DeleteBucketPolicy"] = async stage =>
        {
            var put = await BucketStep(stage, "PutBucketPolicy", Policy("s3:GetObject"));
            await stage.OtherHandAsync("s3", "PutBucketPolicy", put.Parameters.DeepClone().AsObject());
            return await Step("s3", "DeleteBucketPolicy", $$"""{ "Bucket": "{{put.Parameters["Bucket"]}}" }""");
        },
        ["s3:PutBucketTagging"] = async stage => await BucketStep(stage, "PutBucketTagging", BucketTags("new")),
        ["s3:PutBucketTagging anew"] = async stage => await BucketStep(stage, "PutBucketTagging", BucketTags("new"), BucketTags("${before.tags} {account}")),
        ["s3:PutPublicAccessBlock"] = async stage => await BucketStep(stage, "PutPublicAccessBlock", Block(true)),
        ["s3:PutPublicAccessBlock anew"] = async stage => await BucketStep(stage, "PutPublicAccessBlock", Block(true), Block(false)),
        ["s3:PutBucketLifecycleConfiguration"] = async stage => await BucketStep(stage, "PutBucketLifecycleConfiguration", Lifecycle(30)),
        ["s3:PutBucketLifecycleConfiguration anew"] = async stage => await BucketStep(stage, "PutBucketLifecycleConfiguration", Lifecycle(30), Lifecycle(90)),
        ["s3:PutBucketWebsite"] = async stage => await BucketStep(stage, "PutBucketWebsite", Website("index.html")),
        ["s3:PutBucketWebsite anew"] = async stage => await BucketStep(stage, "PutBucketWebsite", Website("index.html"), Website("start.html")),
        ["s3:PutBucketOwnershipControls"] = async stage => await BucketStep(stage, "PutBucketOwnershipControls", Ownership("BucketOwnerEnforced")),
        ["s3:PutBucketOwnershipControls anew"] = async stage => await BucketStep(stage, "PutBucketOwnershipControls", Ownership("BucketOwnerEnforced"), Ownership("ObjectWriter")),
        ["s3:PutBucketCors"] = async stage => await BucketStep(stage, "PutBucketCors", Cors("GET")),
        ["s3:PutBucketCors anew"] = async stage => await BucketStep(stage, "PutBucketCors", Cors("GET"), Cors("PUT")),
        ["s3:PutBucketLogging"] = async stage => await LoggingStep(stage, null),
        ["s3:PutBucketLogging anew"] = async stage => await LoggingStep(stage, Logging("old/")),
        ["s3:PutObject"] = async stage => await BucketStep(stage, "PutObject", Object("new")),
        ["s3:PutObject into a versioned bucket"] = async stage =>
        {
            var step = await BucketStep(stage, "PutObject", Object("new"));
            await stage.OtherHandAsync("s3", "PutBucketVersioning", JsonNode.Parse(Versioning("Enabled")(step.Parameters["Bucket"]!.ToString()))!.AsObject());
            return step;
        },
    };

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

    private static Func<string, string> Lifecycle(int days) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "LifecycleConfiguration": { "Rules": [{ "ID": "old", "Status": "Enabled", "Filter": { "Prefix": "tmp/" }, "Expiration": { "Days": {{days}} } }] } }""";

    private static Func<string, string> Website(string index) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "WebsiteConfiguration": { "IndexDocument": { "Suffix": "{{index}}" }, "ErrorDocument": { "Key": "error.html" } } }""";

    private static Func<string, string> Ownership(string rule) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "OwnershipControls": { "Rules": [{ "ObjectOwnership": "{{rule}}" }] } }""";

    private static Func<string, string> Cors(string method) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "CORSConfiguration": { "CORSRules": [{ "AllowedMethods": ["{{method}}"], "AllowedOrigins": ["https://example.com"] }] } }""";

    /// <summary>Into the bucket itself, which AWS permits.</summary>
    private static Func<string, string> Logging(string prefix) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "BucketLoggingStatus": { "LoggingEnabled": { "TargetBucket": "{{bucket}}", "TargetPrefix": "{{prefix}}" } } }""";

    private static async Task<StepRequest> LoggingStep(ProofStage stage, Func<string, string>? earlier)
    {
        var step = await BucketStep(stage, "PutBucketLogging", Logging("new/"));
        var bucket = step.Parameters["Bucket"]!.ToString();
        await stage.OtherHandAsync("s3", "PutBucketPolicy", new()
        {
            ["Bucket"] = bucket,
            ["Policy"] = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::{{bucket}}/*"}]}""",
        });
        stage.AtEnd(() => stage.OtherHandAsync("s3", "PutBucketLogging", new() { ["Bucket"] = bucket, ["BucketLoggingStatus"] = new JsonObject() }));
        if (earlier is not null)
        {
            await stage.OtherHandAsync("s3", "PutBucketLogging", JsonNode.Parse(earlier(bucket))!.AsObject());
        }

        return step;
    }

    private static Func<string, string> Object(string text) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "Key": "a/b c.txt", "Body": "{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}}", "ContentType": "text/plain" }""";

    private static Func<string, string> BucketTags(string value) =>
        bucket => $$"""{ "Bucket": "{{bucket}}", "Tagging": { "TagSet": [{ "Key": "team", "Value": "{{value}}" }] } }""";

    private static Func<string, string> Block(bool policy) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "PublicAccessBlockConfiguration": { "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": {{(policy ? "true" : "false")}}, "RestrictPublicBuckets": false } }""";
}
