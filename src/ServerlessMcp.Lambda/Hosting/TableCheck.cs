using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace ServerlessMcp.Lambda.Hosting;

/// <summary>
/// One read at the start: a table that is not there is found before the first user's call. It also opens the connection and gets the credentials,
/// which the count of the first request would wait for in vain: it has 200 ms.
/// </summary>
internal static class TableCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, AttributeValue> Nothing = new(StringComparer.Ordinal) { ["pk"] = new("CONFIG"), ["sk"] = new("START") };

    /// <param name="log">Gets a line when the table does not answer: that may pass, and is no reason not to start.</param>
    /// <exception cref="CloudSettingsException">There is no such table, this function may not read it, or it has other keys.</exception>
    public static async Task RunAsync(IAmazonDynamoDB dynamo, CloudSettings settings, LineLog log)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await dynamo.GetItemAsync(new GetItemRequest { TableName = settings.Table, Key = Nothing }, patience.Token);
        }
        catch (AmazonDynamoDBException refused) when (Problem(refused) is { } problem)
        {
            throw new CloudSettingsException([$"SMCP_TABLE is '{settings.Table}': {problem} (Region {settings.Region})."]);
        }
        catch (Exception away) when (away is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException or TimeoutException)
        {
            log.Write(LogLevel.Warning, nameof(TableCheck), $"The table {settings.Table} did not answer at the start.", away);
        }
    }

    private static string? Problem(AmazonDynamoDBException refused) => refused.ErrorCode switch
    {
        "ResourceNotFoundException" => "there is no such table",
        "AccessDeniedException" => "this function's role may not read it (dynamodb:GetItem)",
        "ValidationException" => "its keys are not pk and sk",
        _ => null,
    };
}
