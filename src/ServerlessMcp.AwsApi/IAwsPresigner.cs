using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi;

/// <summary>Makes addresses with which anybody can read or write one object of S3 until they expire.</summary>
/// <remarks>
/// Such an address is a key. It is not part of <see cref="IAwsReads"/>: no planner and no read tool can make one, for its making leaves no trace in AWS.
/// It goes to code that hands it to a person who may have it, and writes down that it did.
/// </remarks>
public interface IAwsPresigner
{
    /// <summary>AWS's own limit; keys of a role end it earlier, when they expire.</summary>
    static TimeSpan LongestLife { get; } = TimeSpan.FromDays(7);

    /// <param name="operation"><c>GetObject</c> or <c>PutObject</c>.</param>
    /// <param name="parameters">As of the operation, without <c>Body</c>.</param>
    /// <param name="expiresIn">1 second to <see cref="LongestLife"/>.</param>
    /// <exception cref="AwsInputException"><c>invalid_parameters</c>, <c>unknown_region</c>.</exception>
    /// <exception cref="AwsCallException"><c>NoCredentials</c>.</exception>
    Task<AwsPresignedUrl> PresignAsync(
        AwsTarget target, string operation, JsonObject parameters, TimeSpan expiresIn, CancellationToken cancellationToken);
}
