using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Calls;

/// <summary>
/// Calls AWS in a process of its own, whose environment no other test shares: <see cref="RunAsync"/> starts this assembly again with
/// the explicit test below, which prints what came of it.
/// </summary>
public sealed class EnvironmentProbe
{
    private const string Mode = "SMCP_TEST_PROBE";
    private const string Mark = "PROBE: ";

    private static readonly (string Service, string Operation, string Parameters)[] Reads =
    [
        ("sts", "GetCallerIdentity", "{}"),
        ("ec2", "DescribeRegions", "{}"),
        ("iam", "ListRoles", "{}"),
        ("sns", "ListTopics", "{}"),
        ("sqs", "ListQueues", "{}"),
        ("ssm", "DescribeParameters", "{}"),
        ("dynamodb", "ListTables", "{}"),
        ("s3", "ListObjectsV2", """{"Bucket":"some-bucket"}"""),
    ];

    /// <param name="mode"><c>sealed ADDRESS</c>, <c>open</c>, <c>changes</c> (only AWS's endpoints, one read), or <c>profile NAME</c>.</param>
    /// <param name="environment">Added to the child's environment, from which every AWS and proxy variable is taken first.</param>
    /// <returns>One line a read: <c>sts ok</c>, or <c>sts CODE: message</c>.</returns>
    internal static async Task<IReadOnlyList<string>> RunAsync(string mode, IReadOnlyDictionary<string, string> environment)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, typeof(EnvironmentProbe).Assembly.GetName().Name + ".dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["exec", assembly, "-explicit", "only", "-method", $"{typeof(EnvironmentProbe).FullName}.{nameof(Reads_each_service)}", "-showliveoutput"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(IsOfAws).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[Mode] = mode;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var lines = output.Split('\n').Where(line => line.Contains(Mark, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..].Trim()).ToList();
        Assert.True(lines.Count > 0, output + await errors);
        return lines;
    }

    [Fact(Explicit = true)]
    public async Task Reads_each_service()
    {
        var mode = (Environment.GetEnvironmentVariable(Mode) ?? "open").Split(' ');
        var options = mode switch
        {
            ["sealed", var address] => AwsClientOptions.Sandbox(new Uri(address)),
            ["changes"] => new AwsClientOptions { OnlyAwsEndpoints = true },
            ["profile", var name] => new AwsClientOptions { Profile = name },
            _ => new AwsClientOptions(),
        };
        using var aws = new AwsClient(new AwsCatalog(), options, TimeProvider.System);
        foreach (var (service, operation, parameters) in mode is ["changes"] ? Reads.Take(1) : Reads)
        {
            var result = "ok";
            try
            {
                await aws.ReadAsync(new("eu-west-1"), service, operation, JsonNode.Parse(parameters)!.AsObject(), TestContext.Current.CancellationToken);
            }
            catch (AwsCallException e)
            {
                result = e.Message;
            }

            Console.WriteLine($"{Mark}{service} {result}");
        }
    }

    private static bool IsOfAws(string name) =>
        name.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase);
}
