using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Local.Emulator;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning.Permissions;

/// <summary>The emulator has no simulation: the caller's own policies are read over the wire and decide.</summary>
[Collection(WithEmulator.Name)]
public sealed class EmulatedPermissionsTests(EmulatorFixture emulator)
{
    private const string MayCreate = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:CreateBucket","s3:List*","s3:PutBucketTagging"],"Resource":"*"}]}""";

    private const string TrustsAll = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}""";

    private readonly string _region = emulator.NewRegion();

    [Fact]
    public async Task A_user_may_make_a_bucket_and_not_take_it_back()
    {
        using var admin = Client(new("sandbox", "sandbox"));
        var name = $"u-{Guid.NewGuid():n}";
        await ChangeAsync(admin, "CreateUser", new() { ["UserName"] = name });
        await ChangeAsync(admin, "PutUserPolicy", new() { ["UserName"] = name, ["PolicyName"] = "make", ["PolicyDocument"] = MayCreate });
        var key = await ChangeAsync(admin, "CreateAccessKey", new() { ["UserName"] = name });

        await CheckAsync(new(key["AccessKey"]!["AccessKeyId"]!.ToString(), key["AccessKey"]!["SecretAccessKey"]!.ToString()), name);
    }

    [Fact]
    public async Task So_may_a_role_by_a_managed_policy()
    {
        using var admin = Client(new("sandbox", "sandbox"));
        var name = $"r-{Guid.NewGuid():n}";
        var role = await ChangeAsync(admin, "CreateRole", new() { ["RoleName"] = name, ["Path"] = "/ops/", ["AssumeRolePolicyDocument"] = TrustsAll });
        var policy = await ChangeAsync(admin, "CreatePolicy", new() { ["PolicyName"] = name, ["PolicyDocument"] = MayCreate });
        await ChangeAsync(admin, "AttachRolePolicy", new() { ["RoleName"] = name, ["PolicyArn"] = policy["Policy"]!["Arn"]!.ToString() });
        var session = await admin.CallAsync(
            new(_region), "sts", "AssumeRole", new() { ["RoleArn"] = role["Role"]!["Arn"]!.ToString(), ["RoleSessionName"] = "s" }, TimeSpan.FromSeconds(20), Token);
        var keys = session.Output["Credentials"]!;

        await CheckAsync(new(keys["AccessKeyId"]!.ToString(), keys["SecretAccessKey"]!.ToString(), keys["SessionToken"]!.ToString()), name);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task CheckAsync(AwsKeys keys, string name)
    {
        using var aws = Client(keys);
        var planner = new Planner(new AwsCatalog(), aws, UndoCatalogue.Load(), new(_region), TimeProvider.System);

        var planned = await planner.PlanAsync(Request(Step("b", "s3", "CreateBucket", $$"""{ "Bucket": "{{name}}" }""")), Caller, Token);

        Assert.NotNull(planned.Preview.Permissions);
        Assert.StartsWith("the caller's policies, since AWS answered ", planned.Preview.Permissions.How, StringComparison.Ordinal);
        Assert.Equal([$"s3:DeleteBucket on arn:aws:s3:::{name}"], planned.Preview.MissingPermissions!.Where(text => text.Contains("DeleteBucket ", StringComparison.Ordinal)));
        Assert.StartsWith("UNDO NOT ALLOWED: 'b'", planned.Preview.Warnings[0], StringComparison.Ordinal);
        Assert.DoesNotContain(planned.Preview.Permissions.Steps[0].Denied, denied => denied.For == PermissionUse.Change);
    }

    private AwsClient Client(AwsKeys keys) => new(new AwsCatalog(), new() { Endpoint = emulator.Direct, Keys = keys }, TimeProvider.System);

    private async Task<JsonObject> ChangeAsync(AwsClient aws, string operation, JsonObject parameters) =>
        (await aws.CallAsync(new(_region), "iam", operation, parameters, TimeSpan.FromSeconds(20), Token)).Output;
}
