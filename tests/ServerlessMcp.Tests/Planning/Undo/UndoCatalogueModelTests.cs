using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Tests.Planning.Undo;

/// <summary>The catalogue against the AWS models: a name that AWS does not know can never reach a plan.</summary>
public sealed partial class UndoCatalogueModelTests
{
    private static readonly AwsCatalog Catalog = new();

    public static TheoryData<string> Entries => [.. UndoCatalogue.Load().Entries.Select(entry => $"{entry.Service}:{entry.Operation}")];

    [Theory]
    [MemberData(nameof(Entries))]
    public void Operations_parameters_waiters_and_output_paths_exist(string name)
    {
        var entry = Find(name);
        var operation = Catalog.Operation(entry.Service, entry.Operation);

        Assert.False(operation.Access is AwsAccess.Read or AwsAccess.List);
        Assert.Equal(entry.Operation, operation.Name);
        Assert.Empty(Calls(entry).SelectMany(call => Problems(entry, call.Operation, call.Parameters, call.IsRead)));
        Assert.All(Waits(entry).Where(wait => wait.Waiter is not null), wait => Assert.Equal(wait.Waiter, Catalog.Waiter(entry.Service, wait.Waiter!)));
        Assert.Empty(References.Find(Everything(entry), own: true)
            .Where(found => found.Reference is { StepId: null, Source: "output" })
            .Select(found => Catalog.CheckOutputPath(operation, found.Reference.Path)).OfType<AwsProblem>());
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Placeholders_name_parameters_of_the_operation(string name)
    {
        var entry = Find(name);
        var operation = Catalog.Operation(entry.Service, entry.Operation);
        var named = ParameterName().Matches(Everything(entry).ToJsonString()).Select(match => match.Groups[1].Value)
            .Append(entry.Target).Append(entry.Marker is null ? entry.MarkerIn?.Split('[')[0] : "TagSpecifications").OfType<string>().Distinct();

        Assert.All(named, one => Assert.DoesNotContain(
            Catalog.Validate(operation, new JsonObject { [one] = "?" }, _ => true), problem => problem.Path == $"$.{one}"));
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void Every_call_of_an_entry_has_its_permission(string name)
    {
        var entry = Find(name);
        var waiters = Waits(entry).Where(wait => wait.Waiter is not null)
            .Select(wait => AwsCatalog.FindWaiter(Catalog.Model(entry.Service), wait.Waiter!).Operation);
        var calls = Calls(entry).Select(call => call.Operation).Append(entry.Operation).Concat(waiters).SelectMany(operation => Actions(entry.Service, operation));

        Assert.Empty(calls.Except(entry.Iam));
    }

    /// <summary>A policy may name an action that IAM does not know, and then allows nothing by it.</summary>
    [Theory]
    [MemberData(nameof(Entries))]
    public void Every_permission_is_an_action_of_IAM(string name)
    {
        var entry = Find(name);
        var known = Catalog.Model(entry.Service).OperationNames.SelectMany(operation => Actions(entry.Service, operation)).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(entry.Iam.Except(known).Except(OfOtherServices));
    }

    /// <summary>What changes by itself, or comes back different from an undo, would make an older step of the same plan look changed by others.</summary>
    [Theory]
    [MemberData(nameof(Entries))]
    public void No_read_selects_what_changes_by_itself(string name)
    {
        var entry = Find(name);
        var selects = new[] { entry.Before, entry.After }.OfType<EntryRead>().Select(read => read.Select);

        Assert.All(selects, select => Assert.DoesNotMatch("LastModified|Approximate|ItemCount|SizeBytes|LatestStream|SecurityGroupRuleId[,}]|LaunchTime|AvailableIp", select));
    }

    /// <summary>Source: Service Authorization Reference; IAM names some services otherwise than their APIs do.</summary>
    private static readonly Dictionary<string, string> Prefixes = new()
    {
        ["cloudwatch-logs"] = "logs",
        ["elastic-load-balancing-v2"] = "elasticloadbalancing",
        ["eventbridge"] = "events",
        ["auto-scaling"] = "autoscaling",
        ["route-53"] = "route53",
        ["application-auto-scaling"] = "application-autoscaling",
        ["secrets-manager"] = "secretsmanager",
    };

    /// <summary>Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon API Gateway Management V2".</summary>
    private static string HttpAction(string operation) => operation switch
    {
        _ when operation.StartsWith("Get", StringComparison.Ordinal) => "apigateway:GET",
        _ when operation.StartsWith("Delete", StringComparison.Ordinal) => "apigateway:DELETE",
        _ when operation.StartsWith("Update", StringComparison.Ordinal) => "apigateway:PATCH",
        _ => "apigateway:POST",
    };

    private static string[] Actions(string service, string operation) =>
        service == "apigatewayv2" ? [HttpAction(operation)]
        : Compound.GetValueOrDefault($"{service}:{operation}") is { } several ? several
        : [$"{Prefixes.GetValueOrDefault(service, service)}:{operation}" is var action && S3Actions.TryGetValue(action, out var other) ? other : action];

    /// <summary>What a call needs of other services. Source: Service Authorization Reference, "Dependent actions".</summary>
    private static readonly HashSet<string> OfOtherServices =
    [
        "cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm", "ec2:CreateTags", "ec2:RunInstances",
        "iam:CreateServiceLinkedRole", "iam:PassRole", "kms:Decrypt", "kms:GenerateDataKey",
    ];

    /// <summary>Operations that have no action of their own. Source: Service Authorization Reference; Models/actions.json has the same.</summary>
    private static readonly Dictionary<string, string[]> Compound = new()
    {
        ["cloudfront:CreateDistributionWithTags"] = ["cloudfront:CreateDistribution", "cloudfront:TagResource"],
        ["s3:DeleteObject"] = ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    };

    /// <summary>Source: Amazon S3 user guide, "Required permissions for Amazon S3 API operations".</summary>
    private static readonly Dictionary<string, string> S3Actions = new()
    {
        ["s3:HeadBucket"] = "s3:ListBucket",
        ["s3:ListObjectVersions"] = "s3:ListBucketVersions",
        ["s3:ListMultipartUploads"] = "s3:ListBucketMultipartUploads",
        ["s3:PutBucketEncryption"] = "s3:PutEncryptionConfiguration",
        ["s3:GetBucketEncryption"] = "s3:GetEncryptionConfiguration",
        ["s3:DeleteBucketEncryption"] = "s3:PutEncryptionConfiguration",
        ["s3:DeleteBucketTagging"] = "s3:PutBucketTagging",
        ["s3:PutBucketLifecycleConfiguration"] = "s3:PutLifecycleConfiguration",
        ["s3:GetBucketLifecycleConfiguration"] = "s3:GetLifecycleConfiguration",
        ["s3:DeleteBucketLifecycle"] = "s3:PutLifecycleConfiguration",
        ["s3:PutBucketCors"] = "s3:PutBucketCORS",
        ["s3:GetBucketCors"] = "s3:GetBucketCORS",
        ["s3:DeleteBucketCors"] = "s3:PutBucketCORS",
        ["s3:DeleteBucketOwnershipControls"] = "s3:PutBucketOwnershipControls",
        ["s3:HeadObject"] = "s3:GetObject",
        ["s3:PutPublicAccessBlock"] = "s3:PutBucketPublicAccessBlock",
        ["s3:GetPublicAccessBlock"] = "s3:GetBucketPublicAccessBlock",
        ["s3:DeletePublicAccessBlock"] = "s3:PutBucketPublicAccessBlock",
    };

    private static UndoEntry Find(string name) => UndoCatalogue.Load().Find(name.Split(':')[0], name.Split(':')[1])!;

    private static IEnumerable<AwsProblem> Problems(UndoEntry entry, string name, JsonObject parameters, bool isRead)
    {
        var operation = Catalog.Operation(entry.Service, name);
        if (isRead && !operation.IsHarmlessRead)
        {
            yield return new("$", $"{name} is not a harmless read");
        }

        var plain = new JsonObject(parameters.Select(member => KeyValuePair.Create(member.Key.Split('?')[0], member.Value?.DeepClone())));
        foreach (var problem in Catalog.Validate(operation, plain, text => text.Contains('{') || text.Contains("<<", StringComparison.Ordinal)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<(string Operation, JsonObject Parameters, bool IsRead)> Calls(UndoEntry entry) =>
    [
        .. new[] { entry.Before, entry.After, entry.Locate }.OfType<EntryRead>().Select(read => (read.Operation, read.Parameters, true)),
        .. entry.Empty.Select(condition => (condition.Operation, condition.Parameters, true)),
        .. Waits(entry).Where(wait => wait.Operation is not null).Select(wait => (wait.Operation!, wait.Parameters, true)),
        .. entry.Undo.Select(undo => (undo.Operation, undo.Parameters, false)),
    ];

    private static IEnumerable<EntryWait> Waits(UndoEntry entry) => entry.Undo.Select(undo => undo.Wait).Append(entry.Wait).OfType<EntryWait>();

    private static JsonArray Everything(UndoEntry entry) =>
    [
        .. Calls(entry).Select(call => call.Parameters.DeepClone()),
        .. Waits(entry).Select(wait => wait.Parameters.DeepClone()),
        entry.Resource,
    ];

    [GeneratedRegex(@"param\.([A-Za-z][A-Za-z0-9]*)")]
    private static partial Regex ParameterName();
}
