using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Tests.Planning;

namespace ServerlessMcp.Tests.AwsApi.Calls;

/// <summary>
/// The read port, asked for every operation of every model: what it lets through, beside what the names say. Every difference stands in
/// <c>Golden/read-gate.txt</c>, so that a new model brings none unseen.
/// </summary>
public sealed partial class ReadGateTests
{
    private static readonly AwsCatalog Catalog = new();
    private static readonly AwsTarget Target = new("us-east-1", "111122223333");

    [Fact]
    public async Task The_port_refuses_by_the_access_data_and_all_that_differs_from_the_name_is_listed()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(400, "", "x-amzn-ErrorType: Refused\r\n"));
        using var aws = new AwsClient(Catalog, AwsClientOptions.Sandbox(endpoint.Address), TimeProvider.System);
        var all = Catalog.Services.SelectMany(service => Catalog.Model(service).OperationNames.Select(name => Catalog.Operation(service, name))).ToList();
        var (lines, passed) = (new List<string>(), 0);

        foreach (var operation in all)
        {
            var sent = endpoint.Requests.Count;
            var refusal = await RefusalAsync(aws, operation);
            Assert.Equal(operation.IsHarmlessRead, refusal is null);
            Assert.True(refusal is null || endpoint.Requests.Count == sent, $"{operation.Service} {operation.Name} was refused and sent.");
            passed += refusal is null ? 1 : 0;
            if (ReadingVerb().IsMatch(operation.Name) != refusal is null)
            {
                lines.Add(refusal is null ? $"+ {operation.Service} {operation.Name}" : $"- {operation.Service} {operation.Name} ({operation.SensitiveBecause ?? operation.Access.ToString()})");
            }
        }

        var head = string.Create(CultureInfo.InvariantCulture, $"{all.Count} operations, {passed} pass; + passes and is not called Get, List, Describe, Head; - is, and does not\n");
        Golden.Matches("read-gate.txt", lines.Order(StringComparer.Ordinal).Aggregate(new StringBuilder(head), (text, line) => text.Append(line).Append('\n')).ToString());
    }

    /// <summary>Other spellings, and a service under another's name, lead to the same gate.</summary>
    [Theory]
    [InlineData("EC2", "terminateinstances")]
    [InlineData("logs", "DeleteLogGroup")]
    [InlineData("ec2", "TerminateInstances ")]
    [InlineData("ec2", "DescribeInstances&Action=TerminateInstances")]
    [InlineData("ec2/../iam", "CreateUser")]
    [InlineData("s3", "getobject")]
    [InlineData("ssm", "SendCommand")]
    public async Task No_spelling_leads_past_it(string service, string operation)
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, "{}", ""));
        using var aws = new AwsClient(Catalog, AwsClientOptions.Sandbox(endpoint.Address), TimeProvider.System);

        await Assert.ThrowsAsync<AwsInputException>(() => aws.ReadAsync(Target, service, operation, [], TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<AwsInputException>(async () => await aws.PagesAsync(Target, service, operation, [], 1, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Empty(endpoint.Requests);
    }

    /// <returns>Null: it went past the gate, whatever came then.</returns>
    private static async Task<string?> RefusalAsync(AwsClient aws, AwsOperation operation)
    {
        try
        {
            await aws.ReadAsync(Target, operation.Service, operation.Name, [], TestContext.Current.CancellationToken);
            return null;
        }
        catch (AwsInputException refused)
        {
            return refused.Code is "not_a_read" or "sensitive_read" ? refused.Code : null;
        }
        catch (AwsCallException)
        {
            return null;
        }
    }

    [GeneratedRegex("^(Get|List|Describe|Head|BatchGet)")]
    private static partial Regex ReadingVerb();
}
