using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.Tests.AwsApi.Catalog;

/// <summary>A model that is made from type declarations is what AWS's own is: botocore's, which is newer and may have more. Skipped without python3 and botocore.</summary>
public sealed class DeclaredModelTests
{
    /// <summary>Prints the service's model as botocore ships it.</summary>
    private const string Script = """
        import json, sys
        import botocore.loaders
        print(json.dumps(botocore.loaders.create_loader().load_service_model(sys.argv[1], 'service-2')))
        """;

    [Theory]
    [InlineData("cost-optimization-hub")]
    public async Task Each_operation_has_the_members_types_and_requirements_of_botocore(string service)
    {
        var model = new AwsCatalog().Model(service);
        var theirs = await BotocoreAsync(service);
        var differences = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);

        foreach (var operation in model.OperationNames.Select(name => model.FindOperation(name)!))
        {
            var other = theirs["operations"]![operation.Name];
            Assert.NotNull(other);
            Compare(operation.Input, other["input"], $"{operation.Name}.input");
            Compare(operation.Output, other["output"], $"{operation.Name}.output");
            var errors = other["errors"]!.AsArray().Select(error => error!["shape"]!.ToString()).ToList();
            Assert.Subset(errors.ToHashSet(), operation.Errors.Select(error => model.ShapeAt(error).Name).ToHashSet());
        }

        Assert.Empty(differences);
        Assert.True(seen.Count > 50, $"only {seen.Count} structures were compared");
        Assert.Equal(theirs["metadata"]!["targetPrefix"]!.ToString(), model.TargetPrefix);
        Assert.Equal("1.0", theirs["metadata"]!["jsonVersion"]!.ToString());
        Assert.Equal(AwsProtocol.AwsJson1_0, model.Protocol);

        void Compare(int shape, JsonNode? other, string where)
        {
            Assert.True(shape >= 0 == other is not null, where);
            if (shape >= 0)
            {
                CompareStructures(model.ShapeAt(shape), other!["shape"]!.ToString(), where);
            }
        }

        void CompareStructures(Shape ours, string name, string where)
        {
            if (!seen.Add($"{ours.Name} {name}"))
            {
                return;
            }

            var other = theirs["shapes"]![name]!;
            var required = (other["required"] as JsonArray ?? []).Select(member => member!.ToString()).ToHashSet(StringComparer.Ordinal);
            foreach (var member in ours.Members)
            {
                if (other["members"]![member.Name] is not { } their)
                {
                    differences.Add($"{where}.{member.Name} is not there");
                    continue;
                }

                if (member.IsRequired != required.Contains(member.Name))
                {
                    differences.Add($"{where}.{member.Name} is required: {member.IsRequired}");
                }

                CompareMembers(member, their["shape"]!.ToString(), $"{where}.{member.Name}");
            }
        }

        void CompareMembers(Member ours, string name, string where)
        {
            var other = theirs["shapes"]![name]!;
            if (Kind(ours) != Kind(other))
            {
                differences.Add($"{where} is {Kind(ours)}, in botocore {Kind(other)}");
            }
            else if (ours.IsStructure)
            {
                CompareStructures(model.ShapeOf(ours), name, where);
            }
            else if (ours.Kind is ShapeKind.List or ShapeKind.Map)
            {
                CompareMembers(model.ShapeOf(ours).Element!, (other["member"] ?? other["value"])!["shape"]!.ToString(), $"{where}[]");
            }
        }
    }

    private static string Kind(Member ours) => ours switch
    {
        { IsTimestamp: true } => "timestamp",
        { IsStructure: true } => "structure",
        _ => ours.Kind.ToString().ToLowerInvariant(),
    };

    private static string Kind(JsonNode other) => other["type"]!.ToString() switch
    {
        "integer" or "long" or "double" or "float" => "number",
        var type => type,
    };

    private static async Task<JsonNode> BotocoreAsync(string service)
    {
        var start = new ProcessStartInfo("python3", ["-c", Script, service]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var cancellationToken = TestContext.Current.CancellationToken;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            Assert.SkipWhen((await error).Contains("No module named", StringComparison.Ordinal), "botocore is missing; get it by python3 -m pip install boto3.");
            Assert.True(process.ExitCode == 0, await error);
            return JsonNode.Parse(await output)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is missing; get it from https://www.python.org or the system's packages.");
            throw;
        }
    }
}
