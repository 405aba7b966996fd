using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Jmes;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Planning.Aws;

/// <summary>JMESPath as the query language of plans.</summary>
public sealed class JmesQueryLanguage : IQueryLanguage
{
    public JsonNode? Search(string expression, JsonNode? document) => JmesExpression.Parse(expression).Search(document);

    /// <returns>Null if it is well formed; else what is wrong, with its place.</returns>
    internal static string? Problem(string expression)
    {
        try
        {
            _ = JmesExpression.Parse(expression);
            return null;
        }
        catch (JmesException e)
        {
            return e.Message;
        }
    }
}
