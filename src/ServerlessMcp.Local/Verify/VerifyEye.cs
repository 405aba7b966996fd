using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Local.Verify;

/// <summary>Sees what is there of a case's things, and nothing else of the account.</summary>
internal sealed class VerifyEye(IAwsReads reads, IQueryLanguage query, string region)
{
    /// <returns>One text, equal when what is there is equal; empty when nothing is.</returns>
    /// <exception cref="AwsCallException">AWS refused or did not answer.</exception>
    public async Task<string> LookAsync(VerifyCase one, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        foreach (var look in one.Looks)
        {
            if (await FindAsync(look, cancellationToken) is { } found && found is not JsonArray { Count: 0 })
            {
                seen.Add($"{look.Service}:{look.Operation} {found.ToJsonString()}");
            }
        }

        return string.Join('\n', seen);
    }

    private async Task<JsonNode?> FindAsync(VerifyLook look, CancellationToken cancellationToken)
    {
        try
        {
            return query.Search(look.Query, (await reads.ReadAsync(new(region), look.Service, look.Operation, look.Parameters, cancellationToken)).Output);
        }
        catch (AwsCallException gone) when (gone.Failure == AwsFailure.Refused && (look.Absent ?? []).Any(code => code == gone.Code || code == gone.ErrorName))
        {
            return null;
        }
    }
}
