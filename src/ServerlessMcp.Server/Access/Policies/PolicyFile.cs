using System.Security.Cryptography;
using System.Text;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access.Policies;

/// <summary>The policy in a file, read each time: an edit counts at once, and a file that is broken or gone refuses all changes.</summary>
public sealed class PolicyFile(string path, IAwsCatalog catalog) : IPolicySource
{
    private const int MostBytes = 256 * 1024;

    private volatile Known? _known;

    public PolicyInForce Read()
    {
        try
        {
            var bytes = ReadBytes();
            var hash = Convert.ToHexString(SHA256.HashData(bytes));
            return _known is { } known && known.Hash == hash ? known.InForce : (_known = new(hash, Parse(bytes))).InForce;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return Broken([new(0, 0, $"the file cannot be read ({(File.Exists(path) ? "no access" : "it is not there")})")]);
        }
        catch (PolicyException tooLarge)
        {
            return Broken(tooLarge.Problems);
        }
    }

    private PolicyInForce Parse(byte[] bytes)
    {
        try
        {
            return new(PolicyReader.Read(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), Path.GetFileName(path), catalog), path, []);
        }
        catch (PolicyException wrong)
        {
            return Broken(wrong.Problems);
        }
        catch (DecoderFallbackException)
        {
            return Broken([new(0, 0, "the file is not UTF-8 text")]);
        }
    }

    private byte[] ReadBytes()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.Length <= MostBytes
            ? ReadAll(file)
            : throw new PolicyException([new(0, 0, $"the file has {file.Length} bytes; at most {MostBytes} are expected")]);
    }

    private static byte[] ReadAll(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private PolicyInForce Broken(IReadOnlyList<PolicyProblem> problems) => new(null, path, [.. problems.Select(problem => problem.ToString())]);

    private sealed record Known(string Hash, PolicyInForce InForce);
}
