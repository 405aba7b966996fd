using System.IO.Compression;
using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Functions and what hangs on them. Their code is an object in a bucket: a zip in the call itself is sensitive by the model.</summary>
internal static class LambdaCases
{
    private static readonly string Zip = Zipped();

    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["lambda:CreateFunction"] = async stage =>
        {
            var (role, bucket) = (await RoleAsync(stage), await CodeAsync(stage));
            return Request("lambda", "CreateFunction", $$"""
                { "FunctionName": "proof-{{stage.Tag}}", "Role": "{{role}}", "Runtime": "python3.13", "Handler": "f.handler",
                  "Code": { "S3Bucket": "{{bucket}}", "S3Key": "f.zip" }, "Tags": { "team": "a" } }
                """);
        },
        ["lambda:AddPermission"] = async stage => await Step("lambda", "AddPermission", $$"""
            { "FunctionName": "{{await FunctionAsync(stage)}}", "StatementId": "events", "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com" }
            """),
        ["lambda:AddPermission beside another"] = async stage =>
        {
            var name = await FunctionAsync(stage);
            await stage.OtherHandAsync("lambda", "AddPermission", Permission(name, "events-1"));
            return new StepRequest("it", null, "lambda", "AddPermission", Permission(name, "events"));
        },
        ["lambda:CreateEventSourceMapping"] = async stage =>
        {
            var name = await FunctionAsync(stage);
            await stage.OtherHandAsync("sqs", "CreateQueue", new() { ["QueueName"] = $"jobs-{stage.Tag}" });
            return Request("lambda", "CreateEventSourceMapping", $$"""
                { "FunctionName": "{{name}}", "EventSourceArn": "arn:aws:sqs:{{stage.Region}}:{{stage.Account}}:jobs-{{stage.Tag}}", "BatchSize": 5 }
                """);
        },
        ["lambda:CreateFunctionUrlConfig"] = async stage =>
            await Step("lambda", "CreateFunctionUrlConfig", $$"""{ "FunctionName": "{{await FunctionAsync(stage)}}", "AuthType": "AWS_IAM" }"""),
        ["lambda:PublishVersion"] = async stage => await Step("lambda", "PublishVersion", $$"""{ "FunctionName": "{{await FunctionAsync(stage)}}" }"""),
        ["lambda:CreateAlias"] = async stage => await Step(
            "lambda", "CreateAlias", $$"""{ "FunctionName": "{{await VersionsAsync(stage)}}", "Name": "live", "FunctionVersion": "1", "Description": "live" }"""),
        ["lambda:UpdateAlias"] = async stage => await Alias(stage, """{ "FunctionVersion": "2" }"""),
        ["lambda:UpdateAlias shifting a tenth"] = async stage => await Alias(stage, """{ "RoutingConfig": { "AdditionalVersionWeights": { "2": 0.1 } } }"""),
        ["lambda:UpdateFunctionConfiguration"] = async stage => await Step("lambda", "UpdateFunctionConfiguration", $$"""
            { "FunctionName": "{{await FunctionAsync(stage)}}", "MemorySize": 512, "Timeout": 30, "Description": "larger", "Handler": "g.handler" }
            """),
        ["lambda:UpdateFunctionCode"] = async stage =>
        {
            var name = $"i-{stage.Tag}";
            await stage.OtherHandAsync("lambda", "CreateFunction", new()
            {
                ["FunctionName"] = name,
                ["Role"] = await RoleAsync(stage),
                ["PackageType"] = "Image",
                ["Code"] = new JsonObject { ["ImageUri"] = Image(stage, 'a') },
            });
            return Request("lambda", "UpdateFunctionCode", $$"""{ "FunctionName": "{{name}}", "ImageUri": "{{Image(stage, 'b')}}" }""");
        },
        ["lambda:PutFunctionConcurrency"] = async stage =>
            await Step("lambda", "PutFunctionConcurrency", $$"""{ "FunctionName": "{{await FunctionAsync(stage)}}", "ReservedConcurrentExecutions": 5 }"""),
        ["lambda:PutFunctionConcurrency raising"] = async stage =>
        {
            var name = await FunctionAsync(stage);
            await stage.OtherHandAsync("lambda", "PutFunctionConcurrency", new() { ["FunctionName"] = name, ["ReservedConcurrentExecutions"] = 2 });
            return Request("lambda", "PutFunctionConcurrency", $$"""{ "FunctionName": "{{name}}", "ReservedConcurrentExecutions": 5 }""");
        },
        ["lambda:TagResource"] = async stage => await Step("lambda", "TagResource", $$"""
            { "Resource": "arn:aws:lambda:{{stage.Region}}:{{stage.Account}}:function:{{await FunctionAsync(stage)}}", "Tags": { "team": "b", "new": "x" } }
            """),
        ["lambda:DeleteFunctionConcurrency"] = async stage =>
        {
            var name = await FunctionAsync(stage);
            await stage.OtherHandAsync("lambda", "PutFunctionConcurrency", new() { ["FunctionName"] = name, ["ReservedConcurrentExecutions"] = 2 });
            return Request("lambda", "DeleteFunctionConcurrency", $$"""{ "FunctionName": "{{name}}" }""");
        },
        ["lambda:UpdateEventSourceMapping"] = async stage =>
            Request("lambda", "UpdateEventSourceMapping", $$"""{ "UUID": "{{await MappingAsync(stage)}}", "BatchSize": 8 }"""),
        ["lambda:UpdateEventSourceMapping off"] = async stage =>
            Request("lambda", "UpdateEventSourceMapping", $$"""{ "UUID": "{{await MappingAsync(stage)}}", "Enabled": false }"""),
        ["lambda:UpdateFunctionUrlConfig"] = async stage =>
        {
            var name = await FunctionAsync(stage);
            await stage.OtherHandAsync("lambda", "CreateFunctionUrlConfig", new() { ["FunctionName"] = name, ["AuthType"] = "AWS_IAM" });
            return Request("lambda", "UpdateFunctionUrlConfig", $$"""{ "FunctionName": "{{name}}", "AuthType": "NONE" }""");
        },
    };

    private static async Task<string> MappingAsync(ProofStage stage)
    {
        var name = await FunctionAsync(stage);
        await stage.OtherHandAsync("sqs", "CreateQueue", new() { ["QueueName"] = $"jobs-{stage.Tag}" });
        return await stage.MadeAsync(
            "lambda", "CreateEventSourceMapping",
            new() { ["FunctionName"] = name, ["EventSourceArn"] = $"arn:aws:sqs:{stage.Region}:{stage.Account}:jobs-{stage.Tag}", ["BatchSize"] = 5 },
            "UUID");
    }

    private static async Task<StepRequest> Alias(ProofStage stage, string change)
    {
        var name = await VersionsAsync(stage);
        await stage.OtherHandAsync("lambda", "CreateAlias", new() { ["FunctionName"] = name, ["Name"] = "live", ["FunctionVersion"] = "1" });
        var parameters = JsonNode.Parse(change)!.AsObject();
        (parameters["FunctionName"], parameters["Name"]) = (name, "live");
        return new("it", null, "lambda", "UpdateAlias", parameters);
    }

    private static string Image(ProofStage stage, char digest) =>
        $"{stage.Account}.dkr.ecr.{stage.Region}.amazonaws.com/app@sha256:{new string(digest, 64)}";

    private static JsonObject Permission(string name, string statement) => new()
    {
        ["FunctionName"] = name,
        ["StatementId"] = statement,
        ["Action"] = "lambda:InvokeFunction",
        ["Principal"] = "events.amazonaws.com",
    };

    private static async Task<string> VersionsAsync(ProofStage stage)
    {
        var name = await FunctionAsync(stage);
        await stage.OtherHandAsync("lambda", "PublishVersion", new() { ["FunctionName"] = name });
        await stage.OtherHandAsync("lambda", "UpdateFunctionConfiguration", new() { ["FunctionName"] = name, ["Timeout"] = 9 });
        await SettledAsync(stage, name);
        await stage.OtherHandAsync("lambda", "PublishVersion", new() { ["FunctionName"] = name });
        return name;
    }

    /// <summary>As AWS asks for after an update: the next change is refused until then.</summary>
    private static async Task SettledAsync(ProofStage stage, string name)
    {
        while (await stage.MadeAsync("lambda", "GetFunctionConfiguration", new() { ["FunctionName"] = name }, "LastUpdateStatus") != "Successful")
        {
        }
    }

    private static async Task<string> FunctionAsync(ProofStage stage)
    {
        var name = $"f-{stage.Tag}";
        await stage.OtherHandAsync("lambda", "CreateFunction", new()
        {
            ["FunctionName"] = name,
            ["Role"] = await RoleAsync(stage),
            ["Runtime"] = "python3.13",
            ["Handler"] = "f.handler",
            ["Code"] = new JsonObject { ["ZipFile"] = Zip },
            ["Tags"] = new JsonObject { ["team"] = "a", ["other"] = "stays" },
        });
        return name;
    }

    private static async Task<string> CodeAsync(ProofStage stage)
    {
        var bucket = $"code-{Guid.NewGuid():n}";
        await stage.OtherHandAsync("s3", "CreateBucket", JsonNode.Parse(
            $$"""{ "Bucket": "{{bucket}}", "CreateBucketConfiguration": { "LocationConstraint": "{{stage.Region}}" } }""")!.AsObject());
        await stage.OtherHandAsync("s3", "PutObject", new() { ["Bucket"] = bucket, ["Key"] = "f.zip", ["Body"] = Zip });
        return bucket;
    }

    private static async Task<string> RoleAsync(ProofStage stage)
    {
        var name = $"role-{stage.Tag}";
        await stage.OtherHandAsync("iam", "CreateRole", new() { ["RoleName"] = name, ["AssumeRolePolicyDocument"] = "{}" });
        return $"arn:aws:iam::{stage.Account}:role/{name}";
    }

    private static string Zipped()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var file = new StreamWriter(zip.CreateEntry("f.py").Open());
            file.Write("def handler(event, context): return event");
        }

        return Convert.ToBase64String(bytes.ToArray());
    }
}
